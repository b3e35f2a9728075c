"""Every step of the loop over HTTP, as one table: path, who may, which service does it.

A step is a POST with an Idempotency-Key; its answer is the case as it then stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, g
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.identity.phones import naming_the_reporter
from services.gateway.pictures.naming import name_pictures
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.conditional import ETAG, case_shown, versions_seen
from services.gateway.tracing import request_id
from shared.contracts import campaigns, evaluations, orders, reports
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD
from shared.runtime.calls import Calls


@dataclass(frozen=True, slots=True)
class Resource:
    """Cases of a service: under which path they are, what their verbs take, how they are shown, whom to ask."""

    noun: str
    commands: Mapping[str, type[Schema]]
    view: type[Schema]
    service: str
    method: str = "carry_out"

    @property
    def path(self) -> str:
        return f"/{self.noun}s"


CAMPAIGNS = "campaigns"

RESOURCES = {
    INTAKE: Resource("report", reports.COMMANDS, reports.ReportView, INTAKE),
    DISPATCH: Resource("order", orders.COMMANDS, orders.OrderView, DISPATCH),
    EVALUATION: Resource("evaluation", evaluations.COMMANDS, evaluations.EvaluationView, EVALUATION),
    CAMPAIGNS: Resource(
        "campaign", campaigns.COMMANDS, campaigns.CampaignView, EVALUATION, method="carry_out_campaign"
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`verb` as the service of that resource knows it; the last part of the path, unless it makes a new case."""

    of: str
    verb: str
    roles: tuple[str, ...]
    summary: str
    is_new: bool = False

    @property
    def resource(self) -> Resource:
        return RESOURCES[self.of]

    @property
    def path(self) -> str:
        return self.resource.path if self.is_new else f"{self.resource.path}/<uuid:case_id>/{self.verb}"

    @property
    def status(self) -> int:
        return 201 if self.is_new else 200


STEPS = (
    Step(
        INTAKE, "submit", (RESIDENT, STEWARD, DISPATCHER), "上报 Report; workers on behalf of a resident", is_new=True
    ),
    Step(INTAKE, "accept", (DISPATCHER,), "立案 Accept"),
    Step(INTAKE, "reject", (DISPATCHER,), "不予受理 Reject, saying whose it is"),
    Step(INTAKE, "ask", (DISPATCHER,), "请补充 Ask the resident for more"),
    Step(INTAKE, "merge", (DISPATCHER,), "并案 Merge into another report about the same thing"),
    Step(INTAKE, "unmerge", (DISPATCHER,), "拆案 Take a merged report out again"),
    Step(INTAKE, "hide", (DISPATCHER,), "隐藏 Hide its words and pictures from other residents"),
    Step(INTAKE, "unhide", (DISPATCHER,), "取消隐藏 Show them again"),
    Step(INTAKE, "add_information", (RESIDENT, STEWARD, DISPATCHER), "补充 Add information"),
    Step(INTAKE, "issue_follow_link", (DISPATCHER,), "跟进链接 A new link to follow it by; the one before ends"),
    Step(INTAKE, "withdraw", (RESIDENT,), "撤回 Withdraw before service starts"),
    Step(DISPATCH, "place", (DISPATCHER,), "定位 Say which unit it belongs to"),
    Step(DISPATCH, "assign", (DISPATCHER,), "派单 Assign to a steward"),
    Step(DISPATCH, "claim", (STEWARD,), "认领 Claim from the pool; the first wins"),
    Step(DISPATCH, "accept", (STEWARD,), "接单 Accept"),
    Step(DISPATCH, "return", (STEWARD,), "回退 Return, saying why"),
    Step(DISPATCH, "transfer", (DISPATCHER,), "转派 Take it from its steward, for another or another unit"),
    Step(DISPATCH, "start", (STEWARD,), "开始 Start the work"),
    Step(DISPATCH, "ask", (STEWARD,), "请补充 Ask the resident; the clock waits for the answer"),
    Step(DISPATCH, "inform", (RESIDENT,), "补充 Answer the steward"),
    Step(DISPATCH, "suspend", (DISPATCHER,), "挂账 Suspend until a day, once"),
    Step(DISPATCH, "resume", (DISPATCHER,), "恢复 Resume before that day"),
    Step(DISPATCH, "ask_extension", (STEWARD,), "申请延期 Ask for the limit once more"),
    Step(DISPATCH, "extend", (DISPATCHER,), "准予延期 Grant it, at most twice"),
    Step(DISPATCH, "refuse_extension", (DISPATCHER,), "不予延期 Refuse it"),
    Step(DISPATCH, "deliberate", (DISPATCHER,), "议事 Open a deliberation"),
    Step(DISPATCH, "raise", (DISPATCHER,), "上提 Unsettled: one level up"),
    Step(DISPATCH, "decide", (DISPATCHER,), "议定 Settled: say what was decided"),
    Step(DISPATCH, "convene", (DISPATCHER,), "联席 Call in others, each with a part"),
    Step(DISPATCH, "finish_part", (STEWARD,), "完成分工 My part is done"),
    Step(DISPATCH, "release_part", (DISPATCHER,), "免去分工 Let a party go"),
    Step(DISPATCH, "call_law", (DISPATCHER, STEWARD), "警律联调 Call police and lawyer to a dispute"),
    Step(DISPATCH, "match", (DISPATCHER, STEWARD), "供需对接 Say which offer of a station meets it"),
    Step(DISPATCH, "plan", (DISPATCHER, STEWARD), "计划 Set the milestones of a project"),
    Step(DISPATCH, "reach", (STEWARD,), "节点 A milestone is reached"),
    Step(DISPATCH, "complete", (STEWARD,), "办结 Complete, answering in public"),
    Step(DISPATCH, "verify", (INSPECTOR,), "核查 Verify what somebody else did"),
    Step(DISPATCH, "rework", (INSPECTOR, DISPATCHER), "返工 Not good: once more"),
    Step(EVALUATION, "rate", (RESIDENT,), "评价 Rate the service"),
    Step(EVALUATION, "issue_link", (DISPATCHER,), "评价链接 A link by which somebody without an account rates, once"),
    Step(EVALUATION, "appeal", (STEWARD, DISPATCHER), "申诉 Appeal a closed case, for those who served it"),
    Step(EVALUATION, "review", (DISPATCHER,), "复核 Grant or refuse an appeal: two persons do"),
    Step(CAMPAIGNS, "announce", (DISPATCHER,), "定期评价 Announce a campaign", is_new=True),
    Step(CAMPAIGNS, "publish", (DISPATCHER,), "公布 Publish the results of a closed campaign"),
    Step(CAMPAIGNS, "cancel", (DISPATCHER,), "取消 Call a campaign off, saying why"),
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


class CaseStepHeaders(StepHeaders):
    match = fields.String(
        data_key="If-Match",
        metadata={"description": "ETags of the case: then it is done only while the case is in that state."},
    )


def register(blueprint: Blueprint, calls: Calls) -> None:
    for step in STEPS:
        _register(blueprint, step, _view(step, calls))


def _view(step: Step, calls: Calls) -> Callable[..., Response]:
    def view(headers: dict[str, str], _body: dict[str, Any], **_case_id: Any) -> Response:
        body = naming_the_reporter(as_it_came())
        name_pictures(calls, body, g.actor.subject, headers["key"])
        asked = {"case_id": request_id(), "by": caller(), "key": headers["key"], "body": body, "seen": versions_seen()}
        case = calls.call(step.resource.service, step.resource.method, verb=step.verb, request=asked)
        return case_shown(case, step.status)

    view.__name__ = f"{step.resource.noun}_{step.verb}"
    return view


def _register(blueprint: Blueprint, step: Step, view: Callable[..., Response]) -> None:
    view = blueprint.response(step.status, step.resource.view, headers=ETAG)(view)
    view = blueprint.arguments(step.resource.commands[step.verb]())(view)
    view = blueprint.arguments(StepHeaders() if step.is_new else CaseStepHeaders(), location="headers")(view)
    view = requires(*step.roles)(view)
    view = blueprint.doc(summary=step.summary, security=BEARER)(view)
    blueprint.route(step.path, methods=["POST"])(view)
