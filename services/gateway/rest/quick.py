"""两步上报: a courier 网格哨兵 taps what they see, and sends where it is."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.conditional import ETAG, case_shown
from services.gateway.rest.steps import StepHeaders
from services.gateway.tracing import request_id
from shared.contracts.quick import QuickChoiceView, QuickReport
from shared.contracts.reports import ReportView
from shared.contracts.topology import INTAKE
from shared.kernel.actor import RESIDENT
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/quick")
    @blueprint.doc(summary="两步上报选项 What can be reported in two taps")
    @blueprint.response(200, QuickChoiceView(many=True))
    def list_quick_choices() -> Response:
        return jsonify(calls.call(INTAKE, "list_quick_choices"))

    @blueprint.route("/quick", methods=["POST"])
    @blueprint.doc(summary="两步上报 Report in two taps", security=BEARER)
    @requires(RESIDENT)
    @blueprint.arguments(StepHeaders(), location="headers")
    @blueprint.arguments(QuickReport())
    @blueprint.response(201, ReportView, headers=ETAG)
    def report_quickly(headers: dict[str, str], _body: dict[str, Any]) -> Response:
        asked = {"case_id": request_id(), "by": caller(), "key": headers["key"], "body": as_it_came()}
        return case_shown(calls.call(INTAKE, "carry_out", verb="quick", request=asked), 201)
