"""Reading: a case with all that its three owners say of it, lists, the catalogue."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.identity.seeing import seen_by
from services.gateway.rest.conditional import ETAG, case_shown, shown
from services.gateway.rest.datums import DatumQuery, positioned
from shared.contracts.categories import CategoryView
from shared.contracts.evaluations import EvaluationView
from shared.contracts.fields import Strict, TimelineEntry
from shared.contracts.orders import OrderView
from shared.contracts.organisation import OfferView, StewardView, UnitView, WhyNotView
from shared.contracts.positions import WGS84
from shared.contracts.reports import ReportView
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD
from shared.kernel.listing import LARGEST_PAGE, PAGE
from shared.runtime.calls import Calls

LOOKERS = (RESIDENT, STEWARD, DISPATCHER, INSPECTOR)
LINK = {"Link": {"schema": {"type": "string"}, "description": "The next page (rel=next), where there is one."}}


class WholeCase(Schema):
    case_id = fields.String(required=True)
    report = fields.Nested(ReportView, required=True)
    order = fields.Nested(OrderView, allow_none=True)
    evaluation = fields.Nested(EvaluationView, allow_none=True)
    timeline = fields.List(fields.Nested(TimelineEntry), required=True)


class PageQuery(Strict):
    after = fields.String(metadata={"description": "As in the Link (rel=next) of the page before."})
    limit = fields.Integer(
        load_default=PAGE,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "How many at most on a page."},
    )


class ReportsQuery(PageQuery, DatumQuery):
    state = fields.String(
        metadata={"description": "Reports in this state; for a dispatcher `submitted` unless said otherwise."}
    )


class OrdersQuery(PageQuery, DatumQuery):
    list = fields.String(
        load_default="mine",
        metadata={
            "example": "pool",
            "description": "Stewards: mine, parts, pool, near (nearest first), due_soon. Dispatchers: waiting, pool, "
            "deliberating, due_soon, overdue, supervised, returned, extensions, to_verify, all. Inspectors: to_verify.",
        },
    )
    unit = fields.String(metadata={"description": "Narrows a dispatcher's list to a unit below their own."})


class WhyNotQuery(Strict):
    steward = fields.String(required=True, metadata={"description": "Subject of the steward."})


class StewardsQuery(Strict):
    unit = fields.String(required=True, metadata={"description": "Code of the unit that they serve."})


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/cases/<uuid:case_id>")
    @blueprint.doc(summary="案件 A case, with its timeline", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.arguments(DatumQuery, location="query")
    @blueprint.response(200, WholeCase, headers=ETAG)
    def get_case(query: dict[str, Any], case_id: Any) -> Response:
        whole = _whole_case(seen_by(calls, str(case_id), g.actor), str(case_id))
        return shown(positioned(whole, query["datum"]))

    @blueprint.route("/reports/<uuid:case_id>")
    @blueprint.doc(summary="上报 A report", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.arguments(DatumQuery, location="query")
    @blueprint.response(200, ReportView, headers=ETAG)
    def get_report(query: dict[str, Any], case_id: Any) -> Response:
        return case_shown(seen_by(calls, str(case_id), g.actor, {})["report"], **query)

    @blueprint.route("/orders/<uuid:case_id>")
    @blueprint.doc(summary="工单 The order of a case", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.arguments(DatumQuery, location="query")
    @blueprint.response(200, OrderView, headers=ETAG)
    def get_order(query: dict[str, Any], case_id: Any) -> Response:
        return case_shown(calls.call(DISPATCH, "get_order", case_id=str(case_id), by=caller()), **query)

    @blueprint.route("/evaluations/<uuid:case_id>")
    @blueprint.doc(summary="评价 How the service of a case was rated", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.response(200, EvaluationView, headers=ETAG)
    def get_evaluation(case_id: Any) -> Response:
        return case_shown(calls.call(EVALUATION, "get_evaluation", case_id=str(case_id), by=caller()))

    @blueprint.route("/reports")
    @blueprint.doc(summary="我的上报 My reports; for a dispatcher those that wait to be accepted", security=BEARER)
    @requires(RESIDENT, DISPATCHER)
    @blueprint.arguments(ReportsQuery, location="query")
    @blueprint.response(200, ReportView(many=True), headers=LINK)
    def list_reports(query: dict[str, Any]) -> Response:
        datum = query.pop("datum")
        return paged(calls.call(INTAKE, "list_reports", by=caller(), **query), datum)

    @blueprint.route("/orders")
    @blueprint.doc(summary="工单 Orders: the lists of stewards, dispatchers and inspectors", security=BEARER)
    @requires(STEWARD, DISPATCHER, INSPECTOR)
    @blueprint.arguments(OrdersQuery, location="query")
    @blueprint.response(200, OrderView(many=True), headers=LINK)
    def list_orders(query: dict[str, Any]) -> Response:
        which, datum = query.pop("list"), query.pop("datum")
        return paged(calls.call(DISPATCH, "list_orders", by=caller(), which=which, **query), datum)

    @blueprint.route("/orders/<uuid:case_id>/offers")
    @blueprint.doc(summary="供需对接 What stations near by offer for it", security=BEARER)
    @requires(RESIDENT, STEWARD, DISPATCHER)
    @blueprint.arguments(DatumQuery, location="query")
    @blueprint.response(200, OfferView(many=True))
    def list_offers(query: dict[str, Any], case_id: Any) -> Response:
        offers = calls.call(DISPATCH, "list_offers", case_id=str(case_id), by=caller())
        return jsonify(positioned(offers, query["datum"]))

    @blueprint.route("/orders/<uuid:case_id>/why-not")
    @blueprint.doc(summary="为何不派 Why it did not go to that steward", security=BEARER)
    @requires(DISPATCHER)
    @blueprint.arguments(WhyNotQuery, location="query")
    @blueprint.response(200, WhyNotView)
    def why_not(query: dict[str, Any], case_id: Any) -> Response:
        return jsonify(calls.call(DISPATCH, "why_not", case_id=str(case_id), by=caller(), **query))

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
        return jsonify(calls.call(DISPATCH, "list_stewards", by=caller(), **query))

    @blueprint.route("/categories")
    @blueprint.doc(summary="类别 What can be reported")
    @blueprint.response(200, CategoryView(many=True))
    def list_categories() -> Response:
        return jsonify(calls.call(INTAKE, "list_categories"))


def _whole_case(parts: Mapping[str, Any], case_id: str) -> dict[str, Any]:
    entries = [entry for part in parts.values() if part for entry in part["timeline"]]
    return {"case_id": case_id, **parts, "timeline": sorted(entries, key=lambda entry: str(entry["at"]))}


def paged(page: Mapping[str, Any], datum: str = WGS84) -> Response:
    return linked(jsonify(positioned(page["items"], datum)), page["after"])


def linked(response: Response, after: str | None) -> Response:
    """Where the next page is stands in a Link header (RFC 8288)."""
    if after:
        query = urlencode({**request.args, "after": after})
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response
