"""The organisation as it is shown to those who dispatch and serve."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import Moment, Strict
from shared.contracts.positions import DATUMS


class UnitView(Schema):
    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    level = fields.String(required=True)
    parent = fields.String(required=True, allow_none=True)


class StewardView(Schema):
    subject = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "Where the steward belongs."})
    area = fields.String(required=True, metadata={"description": "The unit that the steward serves."})
    partner_kind = fields.String(required=True)
    occupation = fields.String(required=True)
    shift = fields.String(
        required=True,
        metadata={"description": "`always`, `worktime`, or as `22:00-06:00` in Beijing time, which may pass midnight."},
    )
    skills = fields.Function(
        lambda steward: sorted(steward.skills), metadata={"type": "array", "items": {"type": "string"}}
    )
    pledge = fields.String(required=True, metadata={"description": "亮承诺: the public promise."})


class DutyView(Schema):
    """Whose job a matter is 责任清单."""

    unit = fields.String(required=True, metadata={"description": "Of which it is said, with all below it."})
    holder = fields.String(required=True, metadata={"description": "property, community, street, department, …"})
    responsible = fields.String(metadata={"description": "By name; empty where only the catalogue says who."})
    basis = fields.String(metadata={"description": "The document that it rests on."})


class OfferView(Schema):
    """What a service station offers 供需对接."""

    code = fields.String(required=True)
    station = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    service = fields.String(required=True, metadata={"description": "One of the six functions 六大服务功能."})
    unit = fields.String(required=True, metadata={"description": "Whose people it is for."})
    hours = fields.String(required=True, metadata={"description": "As the shift of a steward."})
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)
    datum = fields.String(validate=validate.OneOf(DATUMS))
    metres = fields.Float(allow_none=True, metadata={"description": "From the case; null where its place is unknown."})


class WhyNotView(Schema):
    code = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    facts = fields.Dict(required=True)


class RegisterLeave(Strict):
    """`from` until just before `until`."""

    start = Moment(required=True, data_key="from")
    until = Moment(required=True)


class LeaveView(Schema):
    leave_id = fields.String(required=True)
    steward = fields.String(required=True)
    start = Moment(required=True, data_key="from")
    until = Moment(required=True)
