"""The rule book: every state with every verb, every verb with every role, of all three aggregates.

The tables are spelled out here on purpose: a change of the rules has to be made twice, and seen.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from services.dispatch.domain import WorkOrder
from services.evaluation.domain import Evaluation
from services.intake.domain import Report
from shared.kernel import actor
from shared.kernel.actor import Actor
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, IllegalTransition

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROLES = (*actor.PERSONS, actor.SYSTEM)

Moves = Mapping[str | None, Mapping[str, str]]

REPORT_MOVES: Moves = {
    None: {"submit": "submitted"},
    "submitted": {
        "accept": "accepted",
        "ask": "needs_information",
        "reject": "rejected",
        "merge": "merged",
        "withdraw": "withdrawn",
        "follow": "submitted",
        "unfollow": "submitted",
    },
    "needs_information": {
        "add_information": "submitted",
        "withdraw": "withdrawn",
        "follow": "needs_information",
        "unfollow": "needs_information",
    },
    "accepted": {
        "request_withdrawal": "accepted",
        "withdraw": "withdrawn",
        "start_service": "in_service",
        "follow": "accepted",
        "unfollow": "accepted",
    },
    "in_service": {"serve": "served", "follow": "in_service", "unfollow": "in_service"},
    "served": {"close": "closed", "reopen": "in_service", "follow": "served", "unfollow": "served"},
    "closed": {"reopen": "in_service", "follow": "closed", "unfollow": "closed"},
    "rejected": {"unfollow": "rejected"},
    "merged": {"unmerge": "submitted"},
    "withdrawn": {"unfollow": "withdrawn"},
}
ORDER_MOVES: Moves = {
    None: {"open": "pending"},
    "pending": {
        "place": "pending",
        "pool": "pooled",
        "assign": "assigned",
        "deliberate": "deliberating",
        "cancel": "cancelled",
    },
    "deliberating": {"decide": "pending", "cancel": "cancelled"},
    "pooled": {"claim": "assigned", "assign": "assigned", "cancel": "cancelled"},
    "assigned": {"accept": "accepted", "return": "pending", "cancel": "cancelled"},
    "accepted": {"start": "in_progress", "cancel": "cancelled"},
    "in_progress": {"suspend": "suspended", "complete": "completed"},
    "suspended": {"resume": "in_progress"},
    "completed": {"verify": "verified", "rework": "reworking", "close": "closed"},
    "verified": {"rework": "reworking", "close": "closed"},
    "reworking": {"accept": "accepted", "assign": "assigned"},
    "closed": {"rework": "reworking"},
    "cancelled": {},
}
EVALUATION_MOVES: Moves = {
    None: {"expect": "expected"},
    "expected": {"invite": "invited", "void": "void"},
    "invited": {"rate": "rated", "expire": "expired"},
    "rated": {"settle": "settled", "request_rework": "expected", "dispute": "disputed"},
    "disputed": {"decide": "settled"},
    "settled": {"reopen": "expected"},
    "expired": {"reopen": "expected"},
    "void": {},
}

REPORT_ROLES = {
    "submit": {"resident"},
    "accept": {"dispatcher", "system"},
    "ask": {"dispatcher", "system"},
    "reject": {"dispatcher", "system"},
    "merge": {"dispatcher"},
    "unmerge": {"dispatcher", "system"},
    "follow": {"system"},
    "unfollow": {"system"},
    "add_information": {"resident"},
    "request_withdrawal": {"resident"},
    "withdraw": {"resident", "system"},
    "start_service": {"system"},
    "serve": {"system"},
    "reopen": {"system"},
    "close": {"system"},
}
ORDER_ROLES = {
    "open": {"system"},
    "place": {"dispatcher"},
    "pool": {"system", "dispatcher"},
    "assign": {"system", "dispatcher"},
    "deliberate": {"dispatcher"},
    "decide": {"dispatcher"},
    "claim": {"steward"},
    "accept": {"steward"},
    "return": {"steward"},
    "start": {"steward"},
    "suspend": {"dispatcher"},
    "resume": {"dispatcher", "system"},
    "complete": {"steward"},
    "verify": {"inspector"},
    "rework": {"system", "inspector", "dispatcher"},
    "close": {"system"},
    "cancel": {"system"},
}
EVALUATION_ROLES = {
    "expect": {"system"},
    "invite": {"system"},
    "void": {"system"},
    "rate": {"resident"},
    "expire": {"system"},
    "settle": {"system"},
    "request_rework": {"system"},
    "dispute": {"dispatcher"},
    "decide": {"dispatcher"},
    "reopen": {"resident", "dispatcher"},
}

RULES: tuple[tuple[type[Case], Moves, Mapping[str, set[str]]], ...] = (
    (Report, REPORT_MOVES, REPORT_ROLES),
    (WorkOrder, ORDER_MOVES, ORDER_ROLES),
    (Evaluation, EVALUATION_MOVES, EVALUATION_ROLES),
)

LEGAL = [
    (case_type, state, verb, leads_to)
    for case_type, moves, _ in RULES
    for state, verbs in moves.items()
    for verb, leads_to in verbs.items()
]
ILLEGAL = [
    (case_type, state, verb)
    for case_type, moves, roles in RULES
    for state, verbs in moves.items()
    for verb in roles
    if verb not in verbs
]
VERBS_AND_ROLES = [(case_type, verb, role) for case_type, _, roles in RULES for verb in roles for role in ROLES]


def _moves_of(case_type: type[Case]) -> Moves:
    return next(moves for known, moves, _ in RULES if known is case_type)


def _roles_of(case_type: type[Case]) -> Mapping[str, set[str]]:
    return next(roles for known, _, roles in RULES if known is case_type)


def _somebody_who_may(case_type: type[Case], verb: str) -> Actor:
    return Actor("somebody", sorted(_roles_of(case_type)[verb])[0])


def _some_state_for(case_type: type[Case], verb: str) -> str | None:
    return next(state for state, verbs in _moves_of(case_type).items() if verb in verbs)


@pytest.mark.parametrize(("case_type", "state", "verb", "leads_to"), LEGAL)
def test_a_legal_step_leads_where_the_table_says(
    case_type: type[Case], state: str | None, verb: str, leads_to: str
) -> None:
    case = case_type("case", state, version=3)
    by = _somebody_who_may(case_type, verb)
    case.record(verb, by, AT)
    assert (case.state, case.version) == (leads_to, 4)
    assert [(event.sequence, event.verb, event.state, event.by) for event in case.history] == [(4, verb, leads_to, by)]


@pytest.mark.parametrize(("case_type", "state", "verb"), ILLEGAL)
def test_an_illegal_step_names_what_is_allowed_and_changes_nothing(
    case_type: type[Case], state: str | None, verb: str
) -> None:
    case = case_type("case", state, version=3, facts={"round": 1})
    before = deepcopy(case)
    with pytest.raises(IllegalTransition) as refusal:
        case.record(verb, _somebody_who_may(case_type, verb), AT, facts={"round": 2}, private={"words": "示例"})
    assert (refusal.value.state, refusal.value.verb) == (state or "new", verb)
    assert sorted(refusal.value.allowed) == sorted(_moves_of(case_type)[state])
    assert case == before


@pytest.mark.parametrize(("case_type", "verb", "role"), VERBS_AND_ROLES)
def test_only_the_roles_of_the_table_may_use_a_verb(case_type: type[Case], verb: str, role: str) -> None:
    case = case_type("case", _some_state_for(case_type, verb), version=3)
    before = deepcopy(case)
    if role in _roles_of(case_type)[verb]:
        case.record(verb, Actor("somebody", role), AT)
        assert case.version == 4
        return
    with pytest.raises(Forbidden) as refusal:
        case.record(verb, Actor("somebody", role), AT, facts={"round": 2}, private={"words": "示例"})
    assert (refusal.value.verb, refusal.value.role) == (verb, role)
    assert case == before


@pytest.mark.parametrize(("case_type", "moves", "roles"), RULES)
def test_the_rule_book_leaves_no_verb_and_no_state_out(
    case_type: type[Case], moves: Moves, roles: Mapping[str, set[str]]
) -> None:
    assert set(case_type.lifecycle.verbs) == set(roles)
    assert case_type.lifecycle.states | {None} == set(moves)


def test_no_event_type_stands_for_two_verbs() -> None:
    types = [verb.event_type for case_type, _, _ in RULES for verb in case_type.lifecycle.verbs.values()]
    assert len(types) == len(set(types))
