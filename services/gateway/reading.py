"""Reading: a case with all that its three owners say of it, lists, the catalogue."""

from collections.abc import Mapping
from typing import Any

import eventlet
from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.gateway.identity import BEARER, caller, requires
from shared.contracts.catalogue import Category
from shared.contracts.evaluations import EvaluationView
from shared.contracts.fields import Strict, TimelineEntry
from shared.contracts.orders import OrderView
from shared.contracts.organisation import StewardView, UnitView
from shared.contracts.reports import ReportView
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD
from shared.kernel.errors import NotFound
from shared.runtime.calls import Calls

SERVED = {"order": (DISPATCH, "get_order"), "evaluation": (EVALUATION, "get_evaluation")}
PARTS = {"report": (INTAKE, "get_report"), **SERVED}
"""Of a case, who is asked for it, and by which call."""


class WholeCase(Schema):
    case_id = fields.String(required=True)
    report = fields.Nested(ReportView, required=True)
    order = fields.Nested(OrderView, allow_none=True)
    evaluation = fields.Nested(EvaluationView, allow_none=True)
    timeline = fields.List(fields.Nested(TimelineEntry), required=True)


class PageQuery(Strict):
    before = fields.UUID(metadata={"description": "The last case_id of the previous page."})


class ReportsQuery(PageQuery):
    state = fields.String()


class OrdersQuery(PageQuery):
    list = fields.String(
        load_default="mine",
        validate=validate.OneOf(("mine", "pool", "waiting", "all")),
        metadata={"example": "pool"},
    )


class StewardsQuery(Strict):
    unit = fields.String(required=True, metadata={"description": "Code of the unit that they serve."})


class CategoryView(Schema):
    code = fields.String()
    name_zh = fields.String()
    name_en = fields.String()
    kind = fields.String()
    duty = fields.String()


def register(blueprint: Blueprint, calls: Calls, catalogue: Mapping[str, Category]) -> None:
    @blueprint.route("/cases/<uuid:case_id>")
    @blueprint.doc(summary="案件 A case, with its timeline", security=BEARER)
    @requires(RESIDENT, STEWARD, DISPATCHER)
    @blueprint.response(200, WholeCase)
    def get_case(case_id: Any) -> Response:
        return jsonify(_whole_case(calls, str(case_id), caller()))

    @blueprint.route("/reports")
    @blueprint.doc(summary="我的上报 My reports; for a dispatcher those that wait to be accepted", security=BEARER)
    @requires(RESIDENT, DISPATCHER)
    @blueprint.arguments(ReportsQuery, location="query")
    @blueprint.response(200, ReportView(many=True))
    def list_reports(query: dict[str, Any]) -> Response:
        return jsonify(calls.call(INTAKE, "list_reports", by=caller(), **_plain(query)))

    @blueprint.route("/orders")
    @blueprint.doc(summary="工单 Orders: mine, pool, waiting, all", security=BEARER)
    @requires(STEWARD, DISPATCHER)
    @blueprint.arguments(OrdersQuery, location="query")
    @blueprint.response(200, OrderView(many=True))
    def list_orders(query: dict[str, Any]) -> Response:
        which = query.pop("list")
        return jsonify(calls.call(DISPATCH, "list_orders", by=caller(), which=which, **_plain(query)))

    @blueprint.route("/units")
    @blueprint.doc(summary="组织 The units of the district", security=BEARER)
    @requires(STEWARD, DISPATCHER)
    @blueprint.response(200, UnitView(many=True))
    def list_units() -> Response:
        return jsonify(calls.call(DISPATCH, "list_units"))

    @blueprint.route("/stewards")
    @blueprint.doc(summary="红管家 Who serves a unit, nearest first", security=BEARER)
    @requires(DISPATCHER)
    @blueprint.arguments(StewardsQuery, location="query")
    @blueprint.response(200, StewardView(many=True))
    def list_stewards(query: dict[str, Any]) -> Response:
        return jsonify(calls.call(DISPATCH, "list_stewards", by=caller(), **_plain(query)))

    @blueprint.route("/categories")
    @blueprint.doc(summary="类别 What can be reported")
    @blueprint.response(200, CategoryView(many=True))
    def list_categories() -> Response:
        return jsonify(CategoryView(many=True).dump(catalogue.values()))


def _whole_case(calls: Calls, case_id: str, by: dict[str, Any]) -> dict[str, Any]:
    """A merged report with its parent's order and evaluation. Raises NotFound where the caller may not see it."""
    parts = _ask(calls, case_id, by, PARTS)
    if parts["report"] and parts["report"].get("parent"):
        parts |= _ask(calls, parts["report"]["parent"], by, SERVED)
    if parts["report"] is None or (by["role"] != RESIDENT and not _is_theirs(parts, by)):
        raise NotFound(case_id)
    entries = [entry for part in parts.values() if part for entry in part["timeline"]]
    return {"case_id": case_id, **parts, "timeline": sorted(entries, key=lambda entry: str(entry["at"]))}


def _ask(calls: Calls, case_id: str, by: dict[str, Any], parts: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """All at once; None for what there is not, or not for the caller."""
    asked = {name: eventlet.spawn(_or_none, calls, *whom, case_id, by) for name, whom in parts.items()}
    return {name: thread.wait() for name, thread in asked.items()}


def _is_theirs(parts: Mapping[str, Any], by: Mapping[str, Any]) -> bool:
    """Staff see a case by its order; while there is none, it lies on every dispatcher's desk."""
    return bool(parts["order"] or (by["role"] == DISPATCHER and "accepted_at" not in parts["report"]))


def _or_none(calls: Calls, service: str, method: str, case_id: str, by: dict[str, Any]) -> Any:
    try:
        return calls.call(service, method, case_id=case_id, by=by)
    except NotFound:
        return None


def _plain(query: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items()}
