"""Rating by a link, as JSON: for channels that show a page of their own to people without an account."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.steps import StepHeaders
from shared.contracts.evaluations import AskedByLink, RateCase, Rating
from shared.contracts.topology import EVALUATION
from shared.runtime.calls import Calls

NO_TOKEN: list[dict[str, list[str]]] = []
"""How the OpenAPI document says that an operation is open to everybody: the link itself is the secret."""


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/ratings/<token>")
    @blueprint.doc(summary="评价链接 What is asked by a link; 410 says why no more", security=NO_TOKEN)
    @blueprint.response(200, AskedByLink)
    def get_rating_link(token: str) -> Response:
        return jsonify(calls.call(EVALUATION, "get_rating_link", token=token))

    @blueprint.route("/ratings/<token>", methods=["POST"])
    @blueprint.doc(summary="凭链接评价 Rate by a link, once", security=NO_TOKEN)
    @blueprint.arguments(StepHeaders(), location="headers")
    @blueprint.arguments(RateCase())
    @blueprint.response(200, Rating)
    def rate_by_link(headers: dict[str, str], _body: dict[str, Any], token: str) -> Response:
        return jsonify(calls.call(EVALUATION, "rate_by_link", token=token, key=headers["key"], body=as_it_came()))
