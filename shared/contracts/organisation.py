"""The organisation as it is shown to those who dispatch and serve."""

from marshmallow import Schema, fields

from shared.contracts.fields import Moment, Strict


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
    skills = fields.Function(
        lambda steward: sorted(steward.skills), metadata={"type": "array", "items": {"type": "string"}}
    )
    occupation = fields.String(required=True)
    pledge = fields.String(required=True, metadata={"description": "亮承诺: the public promise."})


class DutyView(Schema):
    holder = fields.String(required=True, metadata={"description": "property, community, street, department, …"})
    responsible = fields.String(metadata={"description": "By name; empty where only the catalogue says who."})
    basis = fields.String(metadata={"description": "What it rests on."})


class OfferView(Schema):
    code = fields.String(required=True)
    station = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    service = fields.String(required=True)
    hours = fields.String(required=True)
    lon = fields.Float(required=True)
    lat = fields.Float(required=True)
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
