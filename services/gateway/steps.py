"""Every step of the loop over HTTP, as one table: path, who may, which service does it.

A step is a POST with an Idempotency-Key; its answer is the case as it then stands.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from services.gateway.identity import BEARER, caller, requires
from shared.contracts import evaluations, orders, reports
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD
from shared.runtime.calls import Calls

RESOURCES: dict[str, tuple[str, type[Schema]]] = {
    INTAKE: ("/reports", reports.ReportView),
    DISPATCH: ("/orders", orders.OrderView),
    EVALUATION: ("/evaluations", evaluations.EvaluationView),
}
"""Under which path each service's cases are, and how they are shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the last part of the path; without one the step makes a new case."""

    service: str
    name: str
    method: str
    body: type[Schema]
    role: str
    summary: str

    @property
    def path(self) -> str:
        collection, _ = RESOURCES[self.service]
        return f"{collection}/<uuid:case_id>/{self.name}" if self.name else collection

    @property
    def view(self) -> type[Schema]:
        return RESOURCES[self.service][1]

    @property
    def status(self) -> int:
        return 200 if self.name else 201


STEPS = (
    Step(INTAKE, "", "submit_report", reports.SubmitReport, RESIDENT, "上报 Report"),
    Step(INTAKE, "accept", "accept_report", reports.AcceptReport, DISPATCHER, "立案 Accept"),
    Step(INTAKE, "reject", "reject_report", reports.RejectReport, DISPATCHER, "不予受理 Reject, saying whose it is"),
    Step(INTAKE, "ask", "ask_information", reports.AskInformation, DISPATCHER, "请补充 Ask the resident for more"),
    Step(INTAKE, "information", "add_information", reports.AddInformation, RESIDENT, "补充 Add information"),
    Step(
        INTAKE, "withdraw", "withdraw_report", reports.WithdrawReport, RESIDENT, "撤回 Withdraw before service starts"
    ),
    Step(DISPATCH, "place", "place_order", orders.PlaceOrder, DISPATCHER, "定位 Say which unit it belongs to"),
    Step(DISPATCH, "assign", "assign_order", orders.AssignOrder, DISPATCHER, "派单 Assign to a steward"),
    Step(DISPATCH, "claim", "claim_order", orders.ClaimOrder, STEWARD, "认领 Claim from the pool; the first wins"),
    Step(DISPATCH, "accept", "accept_order", orders.AcceptOrder, STEWARD, "接单 Accept"),
    Step(DISPATCH, "return", "return_order", orders.ReturnOrder, STEWARD, "回退 Return, saying why"),
    Step(DISPATCH, "start", "start_work", orders.StartWork, STEWARD, "开始 Start the work"),
    Step(DISPATCH, "complete", "complete_order", orders.CompleteOrder, STEWARD, "办结 Complete, answering in public"),
    Step(EVALUATION, "rate", "rate_case", evaluations.RateCase, RESIDENT, "评价 Rate the service"),
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
    view = blueprint.arguments(step.body())(view)
    view = blueprint.arguments(StepHeaders(), location="headers")(view)
    view = requires(step.role)(view)
    view = blueprint.doc(summary=step.summary, security=BEARER)(view)
    blueprint.route(step.path, methods=["POST"])(view)
