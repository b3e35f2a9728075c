"""How the evaluation follows its report and its order: idempotent, in any order, never backwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.evaluation.domain import heard
from services.evaluation.domain.evaluation import EVALUATION, Evaluation
from services.evaluation.domain.terms import Terms
from shared.contracts.topology import INTAKE
from shared.kernel.case import Notice
from shared.kernel.erasure import follow_erasure
from shared.kernel.lifecycle import NEW

WITHDRAWN, MERGED = "withdrawn", "merged"
VOID_IN = ("rejected", WITHDRAWN, MERGED)
"""States of a report that nobody serves: 不予受理, 撤回, 并案."""


def follow(evaluation: Evaluation, notice: Notice, at: datetime, terms: Terms) -> None:
    """Bring the evaluation to where its report or order stands."""
    begun = {"alias": terms.alias(evaluation.case_id), "round": 1} if evaluation.state is NEW else {}
    if notice.source == INTAKE:
        _follow_report(evaluation, notice, at, begun)
    else:
        _follow_order(evaluation, notice.snapshot, at, terms, begun)


def _follow_report(evaluation: Evaluation, notice: Notice, at: datetime, begun: Mapping[str, Any]) -> None:
    """Once there is an order, only a withdrawal still counts: dispatch has agreed to it by then."""
    told = {**begun, **heard.news(evaluation.facts, heard.of_report(notice.snapshot, evaluation.facts))}
    if told:
        evaluation.record("note", EVALUATION, at, facts=told)
    if notice.state != MERGED:
        _restore_if_merged(evaluation, at)
    is_over = notice.state in VOID_IN and evaluation.state == "reported"
    if is_over or (notice.state == WITHDRAWN and evaluation.state == "expected"):
        evaluation.record("void", EVALUATION, at, facts={"void_as": notice.state})
    follow_erasure(evaluation, notice.snapshot, EVALUATION, at)


def _follow_order(
    evaluation: Evaluation, order: Mapping[str, Any], at: datetime, terms: Terms, begun: Mapping[str, Any]
) -> None:
    """Expect the case once its order is open, invite once a round of it is completed."""
    _restore_if_merged(evaluation, at)
    facts = heard.of_order(order, evaluation.facts, terms.rating_window)
    told = {**begun, **heard.news(evaluation.facts, facts)}
    if evaluation.state in (NEW, "reported"):
        evaluation.record("expect", EVALUATION, at, facts=told)
    elif told:
        evaluation.record("follow", EVALUATION, at, facts=told)
    if order.get("cancelled_at") and evaluation.state == "expected":
        evaluation.record("void", EVALUATION, at, facts={"void_as": WITHDRAWN})
    evaluation.settle_if_all_answered(at)
    for number, turn in enumerate(order["rounds"], start=1):
        _follow_round(evaluation, number, turn, at, terms)


def _restore_if_merged(evaluation: Evaluation, at: datetime) -> None:
    """Whoever's report was taken out again, or even has an order, is waited for again."""
    if evaluation.state == "void" and evaluation.facts.get("void_as") == MERGED:
        evaluation.record("restore", EVALUATION, at, facts={"void_as": None})


def _follow_round(evaluation: Evaluation, number: int, turn: Mapping[str, Any], at: datetime, terms: Terms) -> None:
    """A rework that a person asked for: what was said of earlier rounds stays."""
    if number > evaluation.facts["round"]:
        evaluation.begin_again(number, at)
    if number == evaluation.facts["round"] and evaluation.state == "expected" and _is_ready(turn):
        evaluation.invite(turn, at, at + terms.rating_window)


def _is_ready(turn: Mapping[str, Any]) -> bool:
    """Whether the work is done, and looked at by somebody else where that is asked for."""
    return bool(turn.get("completed_at")) and bool(turn.get("verified_at") or not turn.get("to_verify"))
