"""公开查询: what is asked of intake and dispatch on behalf of the public, and what they tell it."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import Moment, Position, Strict, Tolerant
from shared.contracts.reports import Rejection

MOST = 1000
"""Requests in one answer, as GeoReport v2 has it."""
ONE_MORE = MOST + 1
"""Who asks for one more than is shown knows whether there is a next page."""
WIDEST = 10_000
"""Metres around a point."""
STATUSES = ("open", "closed")


class Around(Strict):
    """WGS-84 degrees, and metres."""

    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    radius = fields.Float(required=True, validate=validate.Range(0, WIDEST, min_inclusive=False))


class Paged(Strict):
    skip = fields.Integer(load_default=0, validate=validate.Range(0))
    limit = fields.Integer(load_default=MOST, validate=validate.Range(1, ONE_MORE))


class FindRequests(Paged):
    """`case_ids` override all the rest. `since` and `until` are of the reporting, `updated_…` of the last event."""

    case_ids = fields.List(fields.String(), validate=validate.Length(max=MOST))
    categories = fields.List(fields.String())
    statuses = fields.List(fields.String(validate=validate.OneOf(STATUSES)))
    since = Moment()
    until = Moment()
    updated_since = Moment()
    updated_until = Moment()
    around = fields.Nested(Around)


class FindUpdates(Paged):
    since = Moment(required=True)
    until = Moment(required=True)


class Names(Tolerant):
    """Of a category or a unit."""

    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)


class PublicRequestView(Schema):
    """`served_as`: whose order it is served by, of a merged one the parent's. What is own is only for its sender."""

    case_id = fields.String(required=True)
    served_as = fields.String(required=True)
    state = fields.String(required=True)
    is_open = fields.Boolean(required=True)
    round = fields.Integer(required=True)
    category = fields.Nested(Names, required=True)
    is_about_a_place = fields.Boolean(required=True)
    unit = fields.Nested(Names, required=True, allow_none=True)
    position = fields.Nested(Position, required=True, allow_none=True)
    reported_at = Moment(required=True)
    updated_at = Moment(required=True)
    accepted_at = Moment(allow_none=True)
    served_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    is_own = fields.Boolean()
    text = fields.String()
    address = fields.String()
    media_url = fields.String()
    attributes = fields.Dict(keys=fields.String())
    question = fields.String()
    rejection = fields.Nested(Rejection)


class PublicUpdateView(Schema):
    case_id = fields.String(required=True)
    served_as = fields.String(required=True)
    sequence = fields.Integer(required=True)
    verb = fields.String(required=True)
    state = fields.String(required=True)
    at = Moment(required=True)


class OptionView(Schema):
    key = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)


class AttributeView(Schema):
    code = fields.String(required=True)
    datatype = fields.String(required=True)
    required = fields.Boolean(required=True)
    variable = fields.Boolean(required=True)
    order = fields.Integer(required=True)
    question_zh = fields.String(required=True)
    question_en = fields.String(required=True)
    hint_zh = fields.String(required=True)
    hint_en = fields.String(required=True)
    values = fields.List(fields.Nested(OptionView), required=True)


class PublicServiceView(Names):
    family = fields.String(required=True)
    keywords = fields.List(fields.String(), required=True)
    attributes = fields.List(fields.Nested(AttributeView), required=True)


class PublicOrderView(Schema):
    """`answer` 公开答复 of work that is done; `unit`: who serves it; `due_at`: while the clock runs."""

    case_id = fields.String(required=True)
    answer = fields.String(allow_none=True)
    unit = fields.Nested(Names, allow_none=True)
    due_at = Moment(allow_none=True)
