"""Questions for indicators."""

from marshmallow import fields, validate

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


class IndicatorQuery(Strict):
    by = fields.String(load_default="all", validate=validate.OneOf(DIMENSIONS))
    grain = fields.String(load_default="month", validate=validate.OneOf(GRAINS))
    start = fields.String(required=True, metadata={"example": "2026-11"})
    end = fields.String(metadata={"example": "2026-11"})
    within = fields.String()
    exemptions = fields.String(load_default="applied", validate=validate.OneOf(EXEMPTIONS))
    publish = fields.Boolean(load_default=False)
