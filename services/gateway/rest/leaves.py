"""Leave 请假: a steward, or the dispatcher of their unit, says from when until when no orders should come."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.steps import StepHeaders
from shared.contracts.organisation import LeaveView, RegisterLeave
from shared.contracts.topology import DISPATCH
from shared.kernel.actor import DISPATCHER, STEWARD
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/stewards/<subject>/leaves", methods=["POST"])
    @blueprint.doc(summary="请假 Register a leave", security=BEARER)
    @requires(STEWARD, DISPATCHER)
    @blueprint.arguments(StepHeaders(), location="headers")
    @blueprint.arguments(RegisterLeave())
    @blueprint.response(201, LeaveView)
    def register_leave(headers: dict[str, str], _body: dict[str, Any], subject: str) -> Response:
        made = calls.call(
            DISPATCH, "register_leave", by=caller(), key=headers["key"], steward=subject, body=as_it_came()
        )
        answer = jsonify(made)
        answer.status_code = 201
        return answer

    @blueprint.route("/leaves/<leave_id>", methods=["DELETE"])
    @blueprint.doc(summary="销假 Cancel a leave", security=BEARER)
    @requires(STEWARD, DISPATCHER)
    @blueprint.response(200, LeaveView)
    def cancel_leave(leave_id: str) -> Response:
        return jsonify(calls.call(DISPATCH, "cancel_leave", by=caller(), leave_id=leave_id))
