"""How the order follows its report and its evaluation: idempotent, in any order, never backwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.dispatch.decisions import Decisions
from services.dispatch.domain.lifecycle import AWAITING_RATING
from services.dispatch.domain.order import DISPATCH, WorkOrder
from services.dispatch.routing.choice import ruled_out
from services.dispatch.routing.desk import Desk
from shared.contracts.topology import INTAKE
from shared.kernel.case import Notice
from shared.kernel.erasure import follow_erasure
from shared.kernel.errors import UnknownCase
from shared.kernel.lifecycle import NEW

SUPERVISED_ROUND = 3
"""The round that a second rework opens: one level up, under supervision 督办."""


def prepare(desk: Desk, notices: Sequence[Notice], at: datetime) -> None:
    """One look at how all stand who may serve the batch, instead of one look each."""
    reports = (notice.snapshot for notice in notices if notice.source == INTAKE)
    desk.prepare((report for report in reports if report.get("accepted_at")), at)


def follow(order: WorkOrder, notice: Notice, desk: Desk, decisions: Decisions, at: datetime) -> None:
    """Bring the order to where its report or evaluation stands."""
    if notice.source == INTAKE:
        _follow_report(order, notice.snapshot, desk, at)
    elif order.state is NEW:
        raise UnknownCase(order.case_id)
    else:
        _follow_evaluation(order, notice.snapshot, decisions, at)


def _follow_report(order: WorkOrder, report: Mapping[str, Any], desk: Desk, at: datetime) -> None:
    if order.state is NEW and not report.get("accepted_at"):
        return
    if order.state is NEW:
        position = report.get("position")
        unit_path = desk.path_at(position)
        decision = desk.decide(report["category"], unit_path, position, at, ruled_out(report))
        order.open(at, report, unit_path, decision)
    if report.get("withdrawal_requested_at") and order.is_before_service:
        order.cancel(at)
    followers = report.get("followers", [])
    if followers != order.facts.get("followers", []) and "follow" in order.lifecycle.allowed(order.state):
        order.follow(at, followers)
    follow_erasure(order, report, DISPATCH, at)


def _follow_evaluation(order: WorkOrder, evaluation: Mapping[str, Any], decisions: Decisions, at: datetime) -> None:
    stars = evaluation.get("stars")
    if evaluation["round"] > order.round:
        _rework(order, evaluation["round"], stars, decisions, at)
    is_over = evaluation.get("settled_at") or evaluation.get("expired_at")
    if is_over and evaluation["round"] == order.round and order.state in AWAITING_RATING:
        order.close(at, stars)


def _rework(order: WorkOrder, number: int, stars: int | None, decisions: Decisions, at: datetime) -> None:
    if number < SUPERVISED_ROUND:
        order.rework(DISPATCH, at, stars=stars)
        return
    one_up = order.unit_path[:-1] or order.unit_path
    order.rework_supervised(at, one_up, decisions.route(order, one_up, at), stars)
