"""Questions for indicators."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import Strict

DIMENSIONS = (
    "all",
    "district",
    "street",
    "community",
    "estate",
    "grid",
    "category",
    "unit",
    "steward",
    "partner_kind",
)
GRAINS = ("day", "week", "month", "quarter", "year")
EXEMPTIONS = ("applied", "ignored")
UNITS = ("percent", "hours")


class IndicatorQuery(Strict):
    by = fields.String(
        load_default="all",
        validate=validate.OneOf(DIMENSIONS),
        metadata={"description": "The figures are counted of what: all, places of a level, categories, …"},
    )
    grain = fields.String(
        load_default="month", validate=validate.OneOf(GRAINS), metadata={"description": "The length of a period."}
    )
    start = fields.String(
        required=True,
        metadata={
            "example": "2026-11",
            "description": "First period: a day, week, month, quarter or year, as 2026-11-30, 2026-W48, 2026-11, "
            "2026-Q4, 2026.",
        },
    )
    end = fields.String(
        metadata={"example": "2026-11", "description": "Last period; without one only the first."},
    )
    within = fields.String(metadata={"description": "Only what lies within the unit of this code."})
    exemptions = fields.String(
        load_default="applied",
        validate=validate.OneOf(EXEMPTIONS),
        metadata={"description": "Whether appeals that were granted are taken out of the figures."},
    )
    publish = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether it is for publication: then what is counted of too few cases is withheld."},
    )


class DefinitionView(Schema):
    name = fields.String(required=True)
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    formula_zh = fields.String(required=True)
    formula_en = fields.String(required=True)
    period_field = fields.String(required=True, metadata={"description": "The moment that gives the period."})
    exclusions = fields.String(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(UNITS))
    rounding = fields.String(required=True)
