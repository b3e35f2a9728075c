"""A category as it is shown to those who report and serve."""

from marshmallow import Schema, fields


class CategoryView(Schema):
    code = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    kind = fields.String(required=True)
    family = fields.String(required=True, metadata={"description": "Shared by categories that are easily mistaken."})
    keywords = fields.List(fields.String(), required=True)
    skills = fields.Function(
        lambda category: sorted(category.skills),
        metadata={"type": "array", "items": {"type": "string"}, "description": "A steward needs all of them."},
    )
    accept_limit = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Until somebody has accepted the order; written as `limit`.", "example": "4wh"},
    )
    limit = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Until it is done: m(inutes), h(ours), wh (working hours) or wd (working days).",
            "example": "3wd",
        },
    )
    urgent = fields.Boolean(required=True)
    verification = fields.Boolean(required=True, metadata={"description": "An inspector looks at the completed work."})
    evidence = fields.Function(
        lambda category: list(category.evidence.kinds),
        metadata={"type": "array", "items": {"type": "string"}, "description": "Pictures before or after the work."},
    )
    duty = fields.String(required=True, metadata={"description": "Whose matter it is in the first place."})
