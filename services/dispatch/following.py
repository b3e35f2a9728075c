"""How the order follows its report and its evaluation: idempotent, in any order, never backwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.dispatch.desk import Desk
from services.dispatch.domain import AWAITING_RATING, DISPATCH, WorkOrder
from shared.contracts.topology import INTAKE
from shared.kernel.case import Notice
from shared.kernel.errors import UnknownCase
from shared.kernel.lifecycle import NEW

SUPERVISED_ROUND = 3
"""The round that a second rework opens: one level up, under supervision 督办."""


def prepare(desk: Desk, notices: Sequence[Notice]) -> None:
    """One look at the load of all who may serve the batch, instead of one look each."""
    desk.prepare(notice.snapshot for notice in notices if notice.source == INTAKE)


def follow(order: WorkOrder, notice: Notice, desk: Desk, at: datetime) -> None:
    """Bring the order to where its report or evaluation stands."""
    if notice.source == INTAKE:
        _follow_report(order, notice.snapshot, desk, at)
    elif order.state is NEW:
        raise UnknownCase(order.case_id)
    else:
        _follow_evaluation(order, notice.snapshot, desk, at)


def _follow_report(order: WorkOrder, report: Mapping[str, Any], desk: Desk, at: datetime) -> None:
    if "accepted_at" not in report:
        return  # somebody follows a report that is no case yet
    if order.state is NEW:
        unit_path = desk.path_at(report.get("position"))
        order.open(at, report, unit_path, desk.decide(unit_path, report["category"]))
    if report.get("withdrawal_requested_at") and order.is_before_service:
        order.cancel(at)


def _follow_evaluation(order: WorkOrder, evaluation: Mapping[str, Any], desk: Desk, at: datetime) -> None:
    if evaluation["round"] > order.round:
        _rework(order, evaluation["round"], desk, at)
    is_over = evaluation.get("settled_at") or evaluation.get("expired_at")
    if is_over and evaluation["round"] == order.round and order.state in AWAITING_RATING:
        order.close(at)


def _rework(order: WorkOrder, number: int, desk: Desk, at: datetime) -> None:
    if number < SUPERVISED_ROUND:
        order.rework(DISPATCH, at)
        return
    unit_path = order.facts["unit_path"]
    one_up = unit_path[:-1] or unit_path
    served = {turn["served_by"] for turn in order.rounds if "served_by" in turn}
    order.rework_supervised(at, one_up, desk.decide(one_up, order.facts["category"], served))
