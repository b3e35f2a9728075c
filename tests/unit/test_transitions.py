"""The rule book: every state with every verb, every verb with every role, of every aggregate.

The tables are spelled out here on purpose: a change of the rules has to be made twice, and seen.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from services.dispatch.domain.clocks import Timetable
from services.dispatch.domain.order import WorkOrder
from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.domain.evaluation import Evaluation
from services.intake.domain import Report
from shared.kernel import actor
from shared.kernel.actor import Actor
from shared.kernel.case import Case
from shared.kernel.errors import Forbidden, IllegalTransition
from tests.support.district import CATALOGUE, RULEBOOK

AT = datetime(2026, 3, 1, tzinfo=UTC)
ROLES = (*actor.PERSONS, actor.SYSTEM)

Moves = Mapping[str | None, Mapping[str, str]]

REPORT_STEPS: Moves = {
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
    "closed": {"reopen": "in_service", "follow": "closed", "unfollow": "closed", "erase": "closed"},
    "rejected": {"unfollow": "rejected", "erase": "rejected"},
    "merged": {"unmerge": "submitted", "erase": "merged"},
    "withdrawn": {"unfollow": "withdrawn", "erase": "withdrawn"},
}
ALARMS = ("warn", "supervise", "escalate", "reschedule")
ANY_TIME = ("follow",)
WORK = ("convene", "match", "call_law", "plan", "ask_extension", "extend", "refuse_extension")


def stays(state: str, *verbs: str) -> dict[str, str]:
    """Verbs that happen to a case without moving it."""
    return dict.fromkeys(verbs, state)


REPORT_MOVES: Moves = {
    state: {**moves, **(stays(state, "hide", "unhide") if state else {})} for state, moves in REPORT_STEPS.items()
}


ORDER_MOVES: Moves = {
    None: {"open": "pending"},
    "pending": {
        "place": "pending",
        "pool": "pooled",
        "assign": "assigned",
        "deliberate": "deliberating",
        "cancel": "cancelled",
        **stays("pending", "match", *ALARMS, *ANY_TIME),
    },
    "deliberating": {
        "decide": "pending",
        "cancel": "cancelled",
        **stays("deliberating", "raise", *ALARMS, *ANY_TIME),
    },
    "pooled": {
        "claim": "assigned",
        "assign": "assigned",
        "deliberate": "deliberating",
        "cancel": "cancelled",
        **stays("pooled", "pool", "match", *ALARMS, *ANY_TIME),
    },
    "assigned": {
        "accept": "accepted",
        "return": "pending",
        "transfer": "pending",
        "deliberate": "deliberating",
        "cancel": "cancelled",
        **stays("assigned", "convene", "match", *ALARMS, *ANY_TIME),
    },
    "accepted": {
        "start": "in_progress",
        "transfer": "pending",
        "deliberate": "deliberating",
        "cancel": "cancelled",
        **stays("accepted", "finish_part", "release_part", *WORK, *ALARMS, *ANY_TIME),
    },
    "in_progress": {
        "ask": "needs_information",
        "suspend": "suspended",
        "transfer": "pending",
        "complete": "completed",
        **stays("in_progress", "reach", "finish_part", "release_part", *WORK, *ALARMS, *ANY_TIME),
    },
    "needs_information": {
        "inform": "in_progress",
        "resume": "in_progress",
        "transfer": "pending",
        **stays("needs_information", "release_part", *ANY_TIME),
    },
    "suspended": {"resume": "in_progress", "transfer": "pending", **stays("suspended", "release_part", *ANY_TIME)},
    "completed": {
        "verify": "verified",
        "rework": "reworking",
        "close": "closed",
        **stays("completed", *ALARMS, *ANY_TIME),
    },
    "verified": {"rework": "reworking", "close": "closed", **stays("verified", *ANY_TIME)},
    "reworking": {
        "accept": "accepted",
        "return": "pending",
        "transfer": "pending",
        "assign": "assigned",
        "pool": "pooled",
        **stays("reworking", *ALARMS, *ANY_TIME),
    },
    "closed": {"rework": "reworking", **stays("closed", "erase", *ANY_TIME)},
    "cancelled": {"erase": "cancelled"},
}
HEARD = ("note", "follow")
EVALUATION_MOVES: Moves = {
    None: {"note": "reported", "expect": "expected"},
    "reported": {"expect": "expected", "void": "void", **stays("reported", "note")},
    "expected": {
        "invite": "invited",
        "void": "void",
        **stays("expected", "expect_again", "run_late", *HEARD),
    },
    "invited": {
        "rate": "rated",
        "expire": "expired",
        "expect_again": "expected",
        **stays("invited", "issue_link", *HEARD),
    },
    "rated": {
        "settle": "settled",
        "request_rework": "expected",
        "expect_again": "expected",
        **stays("rated", "rate", "issue_link", *HEARD),
    },
    "disputed": {"decide": "settled", "reopen": "expected", **stays("disputed", "review", "erase", *HEARD)},
    "settled": {"reopen": "expected", "appeal": "disputed", **stays("settled", "erase", *HEARD)},
    "expired": {"reopen": "expected", "appeal": "disputed", **stays("expired", "erase", *HEARD)},
    "void": {"restore": "reported", **stays("void", "erase", *HEARD)},
}
CAMPAIGN_MOVES: Moves = {
    None: {"announce": "announced"},
    "announced": {"open": "open", "cancel": "cancelled"},
    "open": {"close": "closed", "cancel": "cancelled"},
    "closed": {"publish": "published"},
    "published": {},
    "cancelled": {},
}

REPORT_ROLES = {
    "submit": {"resident", "steward", "dispatcher"},
    "accept": {"dispatcher", "system"},
    "ask": {"dispatcher", "system"},
    "reject": {"dispatcher", "system"},
    "merge": {"dispatcher"},
    "unmerge": {"dispatcher", "system"},
    "follow": {"system"},
    "unfollow": {"system"},
    "add_information": {"resident", "steward", "dispatcher"},
    "request_withdrawal": {"resident"},
    "withdraw": {"resident", "system"},
    "start_service": {"system"},
    "serve": {"system"},
    "reopen": {"system"},
    "close": {"system"},
    "hide": {"dispatcher"},
    "unhide": {"dispatcher"},
    "erase": {"system"},
}
ORDER_ROLES = {
    "open": {"system"},
    "place": {"dispatcher"},
    "pool": {"system", "dispatcher"},
    "assign": {"system", "dispatcher"},
    "claim": {"steward"},
    "accept": {"steward"},
    "return": {"steward"},
    "transfer": {"dispatcher"},
    "start": {"steward"},
    "complete": {"steward"},
    "verify": {"inspector"},
    "rework": {"system", "inspector", "dispatcher"},
    "close": {"system"},
    "cancel": {"system"},
    "follow": {"system"},
    "ask": {"steward"},
    "inform": {"resident"},
    "suspend": {"dispatcher"},
    "resume": {"dispatcher", "system"},
    "ask_extension": {"steward"},
    "extend": {"dispatcher"},
    "refuse_extension": {"dispatcher"},
    "warn": {"system"},
    "supervise": {"system"},
    "escalate": {"system"},
    "reschedule": {"system"},
    "deliberate": {"dispatcher"},
    "raise": {"dispatcher"},
    "decide": {"dispatcher"},
    "convene": {"dispatcher"},
    "finish_part": {"steward"},
    "release_part": {"dispatcher"},
    "call_law": {"dispatcher", "steward"},
    "plan": {"dispatcher", "steward"},
    "reach": {"steward"},
    "match": {"dispatcher", "steward"},
    "erase": {"system"},
}
EVALUATION_ROLES = {
    "note": {"system"},
    "expect": {"system"},
    "follow": {"system"},
    "run_late": {"system"},
    "expect_again": {"system"},
    "invite": {"system"},
    "void": {"system"},
    "restore": {"system"},
    "issue_link": {"dispatcher"},
    "rate": {"resident"},
    "expire": {"system"},
    "settle": {"system"},
    "request_rework": {"system"},
    "appeal": {"steward", "dispatcher"},
    "review": {"dispatcher"},
    "decide": {"system"},
    "reopen": {"resident", "dispatcher", "system"},
    "erase": {"system"},
}
CAMPAIGN_ROLES = {
    "announce": {"dispatcher"},
    "open": {"system"},
    "close": {"system"},
    "publish": {"dispatcher"},
    "cancel": {"dispatcher"},
}

RULES: tuple[tuple[type[Case], Moves, Mapping[str, set[str]]], ...] = (
    (Report, REPORT_MOVES, REPORT_ROLES),
    (WorkOrder, ORDER_MOVES, ORDER_ROLES),
    (Evaluation, EVALUATION_MOVES, EVALUATION_ROLES),
    (Campaign, CAMPAIGN_MOVES, CAMPAIGN_ROLES),
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


def _case(case_type: type[Case], state: str | None) -> Case:
    """With what a work order needs so that its clocks can move on."""
    facts = {"round": 1, "category": "cleaning", "opened_at": AT, "rounds": [{}], "resume_at": AT}
    case = case_type("case", state, version=3, facts=facts)
    if isinstance(case, WorkOrder):
        case.timetable = Timetable(RULEBOOK.calendar, dict(CATALOGUE))
    return case


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
    case = _case(case_type, state)
    by = _somebody_who_may(case_type, verb)
    case.record(verb, by, AT)
    assert (case.state, case.version) == (leads_to, 4)
    assert [(event.sequence, event.verb, event.state, event.by) for event in case.history] == [(4, verb, leads_to, by)]


@pytest.mark.parametrize(("case_type", "state", "verb"), ILLEGAL)
def test_an_illegal_step_names_what_is_allowed_and_changes_nothing(
    case_type: type[Case], state: str | None, verb: str
) -> None:
    case = _case(case_type, state)
    before = deepcopy(case)
    with pytest.raises(IllegalTransition) as refusal:
        case.record(verb, _somebody_who_may(case_type, verb), AT, facts={"round": 2}, private={"words": "示例"})
    assert (refusal.value.state, refusal.value.verb) == (state or "new", verb)
    assert sorted(refusal.value.allowed) == sorted(_moves_of(case_type)[state])
    assert case == before


@pytest.mark.parametrize(("case_type", "verb", "role"), VERBS_AND_ROLES)
def test_only_the_roles_of_the_table_may_use_a_verb(case_type: type[Case], verb: str, role: str) -> None:
    case = _case(case_type, _some_state_for(case_type, verb))
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
