"""Every step of the loop over HTTP, as one table: path, who may, which service does it.

A step is a POST with an Idempotency-Key; its answer is the case as it then stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from services.gateway.identity import caller, requires
from shared.contracts import evaluations, orders, reports
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD
from shared.runtime.calls import Calls


@dataclass(frozen=True, slots=True)
class Step:
    path: str
    service: str
    method: str
    body: type[Schema]
    view: type[Schema]
    role: str
    summary: str
    status: int = 200


STEPS = (
    Step(
        "/reports",
        INTAKE,
        "submit_report",
        reports.SubmitReport,
        reports.ReportView,
        RESIDENT,
        "上报 Report",
        status=201,
    ),
    Step(
        "/reports/<uuid:case_id>/accept",
        INTAKE,
        "accept_report",
        reports.AcceptReport,
        reports.ReportView,
        DISPATCHER,
        "立案 Accept a report",
    ),
    Step(
        "/reports/<uuid:case_id>/reject",
        INTAKE,
        "reject_report",
        reports.RejectReport,
        reports.ReportView,
        DISPATCHER,
        "不予受理 Reject a report, saying whose matter it is",
    ),
    Step(
        "/reports/<uuid:case_id>/ask",
        INTAKE,
        "ask_information",
        reports.AskInformation,
        reports.ReportView,
        DISPATCHER,
        "请补充 Ask the resident for more",
    ),
    Step(
        "/reports/<uuid:case_id>/information",
        INTAKE,
        "add_information",
        reports.AddInformation,
        reports.ReportView,
        RESIDENT,
        "补充 Add information",
    ),
    Step(
        "/reports/<uuid:case_id>/withdraw",
        INTAKE,
        "withdraw_report",
        reports.WithdrawReport,
        reports.ReportView,
        RESIDENT,
        "撤回 Withdraw, until service starts",
    ),
    Step(
        "/orders/<uuid:case_id>/place",
        DISPATCH,
        "place_order",
        orders.PlaceOrder,
        orders.OrderView,
        DISPATCHER,
        "定位 Say which unit it belongs to",
    ),
    Step(
        "/orders/<uuid:case_id>/assign",
        DISPATCH,
        "assign_order",
        orders.AssignOrder,
        orders.OrderView,
        DISPATCHER,
        "派单 Assign to a steward",
    ),
    Step(
        "/orders/<uuid:case_id>/claim",
        DISPATCH,
        "claim_order",
        orders.ClaimOrder,
        orders.OrderView,
        STEWARD,
        "认领 Claim from the pool; the first wins",
    ),
    Step(
        "/orders/<uuid:case_id>/accept",
        DISPATCH,
        "accept_order",
        orders.AcceptOrder,
        orders.OrderView,
        STEWARD,
        "接单 Accept the order",
    ),
    Step(
        "/orders/<uuid:case_id>/return",
        DISPATCH,
        "return_order",
        orders.ReturnOrder,
        orders.OrderView,
        STEWARD,
        "回退 Return the order, saying why",
    ),
    Step(
        "/orders/<uuid:case_id>/start",
        DISPATCH,
        "start_work",
        orders.StartWork,
        orders.OrderView,
        STEWARD,
        "开始 Start the work",
    ),
    Step(
        "/orders/<uuid:case_id>/complete",
        DISPATCH,
        "complete_order",
        orders.CompleteOrder,
        orders.OrderView,
        STEWARD,
        "办结 Complete, with the public answer and evidence",
    ),
    Step(
        "/evaluations/<uuid:case_id>/rate",
        EVALUATION,
        "rate_case",
        evaluations.RateCase,
        evaluations.EvaluationView,
        RESIDENT,
        "评价 Rate the service",
    ),
)


class StepHeaders(Schema):
    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=validate.Length(1, 128),
        error_messages={"required": "Send a key of your own, new for each request and the same for its repetitions."},
        metadata={"description": "A repetition with the same key is answered as the first, and changes nothing."},
    )


def register(blueprint: Blueprint, calls: Calls) -> None:
    for step in STEPS:
        _register(blueprint, step, _view(step, calls))


def _view(step: Step, calls: Calls) -> Callable[..., Response]:
    def view(headers: dict[str, str], _body: dict[str, Any], case_id: Any = "") -> Response:
        # The body goes on as it came: the service reads it with the same schema.
        body = request.get_json(silent=True) or {}
        asked = {"case_id": str(case_id), "by": caller(), "key": headers["key"], "body": body}
        answer = jsonify(calls.call(step.service, step.method, request=asked))
        answer.status_code = step.status
        return answer

    view.__name__ = step.method
    return view


def _register(blueprint: Blueprint, step: Step, view: Callable[..., Response]) -> None:
    view = blueprint.response(step.status, step.view)(view)
    view = blueprint.arguments(step.body)(view)
    view = blueprint.arguments(StepHeaders, location="headers")(view)
    view = requires(step.role)(view)
    view = blueprint.doc(summary=step.summary, security=[{"bearer": []}])(view)
    blueprint.route(step.path, methods=["POST"])(view)
