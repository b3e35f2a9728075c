"""Campaigns 定期评价: votes and reading. Announcing, publishing and cancelling are rows of `steps`.

A vote takes no Idempotency-Key: said again it is the same vote, and no key may be kept beside a secret ballot.
"""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.conditional import ETAG, case_shown
from services.gateway.rest.reading import LINK, PageQuery, paged
from shared.contracts.campaigns import BallotView, CampaignView, CastBallot
from shared.contracts.topology import EVALUATION
from shared.kernel.actor import ANALYST, DISPATCHER, REPRESENTATIVE, RESIDENT
from shared.runtime.calls import Calls

READERS = (REPRESENTATIVE, RESIDENT, DISPATCHER, ANALYST)


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/campaigns/<uuid:case_id>/vote", methods=["POST"])
    @blueprint.doc(summary="投票 Cast a secret ballot, or change it while the vote is open", security=BEARER)
    @requires(REPRESENTATIVE)
    @blueprint.arguments(CastBallot())
    @blueprint.response(200, BallotView)
    def vote(_body: dict[str, Any], case_id: Any) -> Response:
        return jsonify(calls.call(EVALUATION, "vote", case_id=str(case_id), by=caller(), body=as_it_came()))

    @blueprint.route("/campaigns/<uuid:case_id>/ballots/mine")
    @blueprint.doc(summary="我的选票 My ballots, while they can be changed", security=BEARER)
    @requires(REPRESENTATIVE)
    @blueprint.response(200, BallotView(many=True))
    @blueprint.alt_response(409, description="Cancelled")
    @blueprint.alt_response(410, description="Closed")
    def my_ballots(case_id: Any) -> Response:
        return jsonify(calls.call(EVALUATION, "my_ballots", case_id=str(case_id), by=caller()))

    @blueprint.route("/campaigns/<uuid:case_id>")
    @blueprint.doc(summary="定期评价 A campaign, with its results once they are published", security=BEARER)
    @requires(*READERS)
    @blueprint.response(200, CampaignView, headers=ETAG)
    def get_campaign(case_id: Any) -> Response:
        return case_shown(calls.call(EVALUATION, "get_campaign", case_id=str(case_id), by=caller()))

    @blueprint.route("/campaigns")
    @blueprint.doc(summary="定期评价 Campaigns: mine and those that were published, newest first", security=BEARER)
    @requires(*READERS)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, CampaignView(many=True), headers=LINK)
    def list_campaigns(query: dict[str, Any]) -> Response:
        return paged(calls.call(EVALUATION, "list_campaigns", by=caller(), **query))
