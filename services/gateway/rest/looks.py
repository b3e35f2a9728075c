"""Finding a resident's reports by their phone 来电查询, and who has looked at the personal data of a case 谁看过."""

from typing import Any

from flask import Response, g
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.identity.seeing import granted
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.reading import LINK, PageQuery, paged
from shared.contracts.looks import CaseLookView
from shared.contracts.reports import FindByPhone, ReportView
from shared.contracts.topology import INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/cases/<uuid:case_id>/looks")
    @blueprint.doc(summary="谁看过 Who has looked at the personal data, the latest first", security=BEARER)
    @requires(RESIDENT, DISPATCHER)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, CaseLookView(many=True), headers=LINK)
    def list_case_looks(query: dict[str, Any], case_id: Any) -> Response:
        grant = granted(calls, str(case_id), g.actor)
        return paged(calls.call(INTAKE, "list_looks", case_id=str(case_id), by=caller(), grant=grant, **query))

    @blueprint.route("/reports/of-phone", methods=["POST"])
    @blueprint.doc(summary="来电查询 Reports of the resident who calls by this number", security=BEARER)
    @requires(DISPATCHER)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.arguments(FindByPhone)
    @blueprint.response(200, ReportView(many=True), headers=LINK)
    def find_by_phone(query: dict[str, Any], _asked: dict[str, Any]) -> Response:
        # A number has no place in an address, which logs keep.
        return paged(calls.call(INTAKE, "reports_of_phone", by=caller(), asked=as_it_came(), **query))
