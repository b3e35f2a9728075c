"""What analysts ask for over HTTP, and how the answers look as JSON."""

from marshmallow import Schema, fields, validate

from services.gateway.analysis.monthly.months import MONTH
from shared.contracts.fields import Strict
from shared.contracts.indicators import IndicatorQuery


class IndicatorsQuery(IndicatorQuery):
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(("json", "csv", "xlsx")),
        metadata={"description": "CSV and XLSX hold the rows as a table with Chinese and English titles."},
    )


class MonthlyQuery(Strict):
    month = fields.String(
        required=True,
        validate=[validate.Length(equal=7), validate.Regexp(MONTH, error="Write a month as 2026-11.")],
        metadata={"example": "2026-11", "description": "A statistical month."},
    )
    format = fields.String(
        load_default="html",
        validate=validate.OneOf(("html", "xlsx")),
        metadata={"description": "In which format the answer comes."},
    )


class FiguresView(Schema):
    period = fields.String(required=True, metadata={"example": "2026-11"})
    by = fields.String(required=True)
    of = fields.String(required=True, metadata={"description": "Code of the unit, category, …; empty for all."})
    name_zh = fields.String(required=True)
    name_en = fields.String(required=True)
    measures = fields.Dict(
        required=True, keys=fields.String(), values=fields.Integer(allow_none=True), metadata={"description": "Counts."}
    )
    indicators = fields.Dict(
        required=True,
        keys=fields.String(),
        values=fields.String(allow_none=True),
        metadata={"description": "Exact decimals, in per cent or hours; null where there is nothing to divide by."},
    )
    suppressed = fields.Boolean(required=True, metadata={"description": "Too few cases to be published."})


class IndicatorsView(Schema):
    rows = fields.List(fields.Nested(FiguresView), required=True)
    totals = fields.List(
        fields.Nested(FiguresView), required=True, metadata={"description": "Of the whole, one each period."}
    )
    uncounted = fields.Integer(required=True, metadata={"description": "Changed cases that are in no figure yet."})
