"""两步上报: what couriers 网格哨兵 choose from, and what they send."""

from marshmallow import Schema, fields

from shared.contracts.fields import GivenPosition, Strict


class QuickChoiceView(Schema):
    code = fields.String(required=True)
    category = fields.String(required=True)
    label_zh = fields.String(required=True, metadata={"description": "For the button, and the words of the report."})
    label_en = fields.String(required=True)
    icon = fields.String(required=True, metadata={"description": "Name of a picture that the app brings along."})


class QuickReport(Strict):
    choice = fields.String(required=True, metadata={"description": "A code of GET /quick."})
    position = fields.Nested(GivenPosition, required=True)
