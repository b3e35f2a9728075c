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
    by = fields.String(load_default="all", validate=validate.OneOf(DIMENSIONS))
    grain = fields.String(load_default="month", validate=validate.OneOf(GRAINS))
    start = fields.String(required=True, metadata={"example": "2026-11"})
    end = fields.String(metadata={"example": "2026-11"})
    within = fields.String()
    exemptions = fields.String(load_default="applied", validate=validate.OneOf(EXEMPTIONS))
    publish = fields.Boolean(load_default=False)


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
