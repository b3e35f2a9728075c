"""HTTP for analysts: the indicators, what they mean, and the report of a month."""

from collections.abc import Callable
from typing import Any

from eventlet import tpool
from flask import Response, jsonify, request
from flask_smorest import Blueprint

from services.gateway.analysis.csv_table import to_csv
from services.gateway.analysis.files import also, file
from services.gateway.analysis.indicator_table import definition_table, indicator_table
from services.gateway.analysis.monthly.material import gather
from services.gateway.analysis.monthly.page import policy, to_html
from services.gateway.analysis.monthly.report import compose
from services.gateway.analysis.schemas import IndicatorsQuery, IndicatorsView, MonthlyQuery
from services.gateway.analysis.sheets import Sheet
from services.gateway.analysis.workbook import to_xlsx
from services.gateway.identity.guard import BEARER, caller, requires
from shared.contracts.indicators import DefinitionView
from shared.contracts.topology import EVALUATION
from shared.kernel.actor import ANALYST
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/indicators")
    @blueprint.doc(summary="指标 Indicators by place, category, … and period", security=BEARER)
    @requires(ANALYST)
    @blueprint.arguments(IndicatorsQuery, location="query")
    @blueprint.response(200, IndicatorsView)
    @also(blueprint, "csv")
    @also(blueprint, "xlsx")
    def get_indicators(query: dict[str, Any]) -> Response:
        # The question goes on as it came: the service reads it with the same schema.
        asked = {name: value for name, value in request.args.items() if name != "format"}
        answer = calls.call(EVALUATION, "get_indicators", by=caller(), query=asked)
        if query["format"] == "json":
            return jsonify(answer)
        definitions = calls.call(EVALUATION, "list_definitions")
        name = "-".join(("indicators", query["by"], query["start"]))
        return file(_beside(_rendered, answer, definitions, query["format"]), query["format"], name)

    @blueprint.route("/indicators/definitions")
    @blueprint.doc(summary="指标说明 What each indicator means", security=BEARER)
    @requires(ANALYST)
    @blueprint.response(200, DefinitionView(many=True))
    def list_definitions() -> Response:
        return jsonify(calls.call(EVALUATION, "list_definitions"))

    @blueprint.route("/reports/monthly")
    @blueprint.doc(summary="月报 The report of a month, to be printed and published", security=BEARER)
    @requires(ANALYST)
    @blueprint.arguments(MonthlyQuery, location="query")
    @also(blueprint, "html")
    @also(blueprint, "xlsx")
    def get_monthly_report(query: dict[str, Any]) -> Response:
        report = compose(gather(calls, caller(), query["month"]))
        name = f"monthly-report-{report.month}"
        if query["format"] == "xlsx":
            return file(_beside(to_xlsx, report.title, report.sheets), "xlsx", name)
        page = file(to_html(report), "html", name)
        page.headers["Content-Security-Policy"] = policy()
        return page


def _rendered(answer: dict[str, Any], definitions: list[dict[str, Any]], format: str) -> bytes:
    table = indicator_table(answer, definitions)
    if format == "csv":
        return to_csv(table)
    sheets = (table, definition_table(definitions))
    return to_xlsx("红管家指标 Indicators", [Sheet(one.zh, (one,)) for one in sheets])


def _beside(render: Callable[..., bytes], *arguments: Any) -> bytes:
    """In a thread: a large workbook takes seconds, in which other requests shall go on."""
    content: bytes = tpool.execute(render, *arguments)
    return content
