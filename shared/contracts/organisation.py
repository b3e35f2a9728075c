"""The organisation as it is shown to those who dispatch and serve."""

from marshmallow import Schema, fields


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
