"""Before a report is sent: what it is probably about, and who has reported it already."""

from typing import Any

from flask import Response, g, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, requires
from services.gateway.pictures.offering import with_thumbnails
from services.gateway.rest.bodies import as_it_came
from shared.contracts.reports import DescribeReport, FindSimilar, SimilarView, SuggestionView
from shared.contracts.topology import INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT
from shared.runtime.calls import Calls
from shared.runtime.tickets import Tickets


def register(blueprint: Blueprint, calls: Calls, tickets: Tickets) -> None:
    @blueprint.route("/categories/suggest", methods=["POST"])
    @blueprint.doc(summary="推荐类别 Which category it may belong to, the likeliest first", security=BEARER)
    @requires(RESIDENT, DISPATCHER)
    @blueprint.arguments(DescribeReport)
    @blueprint.response(200, SuggestionView(many=True))
    def suggest_categories(_described: dict[str, Any]) -> Response:
        return jsonify(_asked("suggest_categories"))

    @blueprint.route("/reports/similar", methods=["POST"])
    @blueprint.doc(
        summary="附近类似 Open reports near it that may be about the same, the most alike first", security=BEARER
    )
    @requires(RESIDENT, DISPATCHER)
    @blueprint.arguments(FindSimilar)
    @blueprint.response(200, SimilarView(many=True))
    def find_similar(_described: dict[str, Any]) -> Response:
        return jsonify(with_thumbnails(tickets, _asked("similar_reports"), g.actor.subject))

    def _asked(method: str) -> Any:
        return calls.call(INTAKE, method, described=as_it_came())
