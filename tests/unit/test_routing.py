"""The rule book of the routing: who gets an order, where it waits otherwise, and what is written down about it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.stewards import Occupation, Steward
from services.dispatch.routing.choice import (
    ASSIGN,
    NAMED,
    POOL,
    RANKED,
    REPORTED_IT,
    RETURNED_IT,
    SERVED_BEFORE,
    WAIT,
    Candidate,
    Decision,
    Matter,
    route,
    ruled_out,
)
from services.dispatch.routing.scoring import TERMS, Standing, Weighting, esteem, nearness
from shared.kernel.partners import PartnerKind
from shared.kernel.worktime import BEIJING, WorkCalendar

PATH = ("d", "s", "c", "g")


CALENDAR = WorkCalendar((), ())


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    """In March 2026, the 1st of which is a Sunday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BEIJING)


WEDNESDAY, LUNCH, NIGHT, SUNDAY = beijing(4, 10), beijing(4, 12, 30), beijing(4, 23, 30), beijing(1, 10)


def weighing(*preferred: PartnerKind, **weights: float) -> Weighting:
    """What is not named counts for nothing."""
    return Weighting({**dict.fromkeys(TERMS, 0.0), **weights}, frozenset(preferred))


EVEN = weighing(**dict.fromkeys(TERMS, 1 / 6))
NEAREST, LEAST_LOADED, FAIREST = weighing(distance=1), weighing(load=1), weighing(fairness=1)
BEST_RATED, OF_THE_KIND, ON_DUTY = weighing(rating=1), weighing(PartnerKind.BUSINESS, partner_kind=1), weighing(duty=1)
BALANCED = weighing(distance=0.5, load=0.5)


def who(
    subject: str,
    metres: float = 300,
    *,
    held: int = 0,
    recent: int = 0,
    stars: Sequence[int] = (),
    capacity: int = 10,
    shift: str = "always",
    on_leave: bool = False,
    kind: PartnerKind = PartnerKind.RED_STEWARD,
    is_a: Occupation = Occupation.PARTY_MEMBER,
) -> Candidate:
    skills: frozenset[str] = frozenset()
    steward = Steward(
        subject, f"示例{subject}", "g", kind, is_a, skills, "g", capacity, "示例承诺", shift=Shift.parse(shift)
    )
    return Candidate(steward, metres, on_leave, Standing(held, recent, sum(stars), len(stars)))


def decide(*candidates: Candidate, weighting: Weighting = EVEN, at: datetime = WEDNESDAY, **matter: Any) -> Decision:
    return route(Matter(matter.pop("unit_path", PATH), at, weighting, **matter), candidates, CALENDAR)


PROPERTY = frozenset({Occupation.PROPERTY_WORKER})

GOES_TO = {
    "the nearest, where distance counts": (
        "near", [who("far", 900), who("near", 200)], {"weighting": NEAREST}),
    "the nearest even beyond the circle": (
        "near", [who("far", 9000), who("near", 3000)], {"weighting": NEAREST}),
    "the one who holds the smaller share of his capacity": (
        "big", [who("big", held=4, capacity=10), who("small", held=1, capacity=2)], {"weighting": LEAST_LOADED}),
    "the one who got fewer of late for his capacity": (
        "big", [who("big", recent=6, capacity=20), who("small", recent=4, capacity=10)], {"weighting": FAIREST}),
    "the one who got none of late, however many others did": (
        "new", [who("a", recent=9), who("b", recent=8), who("new")], {"weighting": FAIREST}),
    "the better rated": (
        "good", [who("bad", stars=[3] * 9), who("good", stars=[5] * 9)], {"weighting": BEST_RATED}),
    "the unrated before the badly rated": (
        "new", [who("bad", stars=[1, 2]), who("new")], {"weighting": BEST_RATED}),
    "the well rated before the unrated": (
        "good", [who("a-new"), who("good", stars=[5])], {"weighting": BEST_RATED}),
    "many good ratings before a single perfect one": (
        "proven", [who("lucky", stars=[5]), who("proven", stars=[5] * 20 + [4] * 5)], {"weighting": BEST_RATED}),
    "the one of the preferred kind of partner": (
        "shop", [who("a"), who("shop", kind=PartnerKind.BUSINESS)], {"weighting": OF_THE_KIND}),
    "the one whose duty it is": (
        "porter", [who("a"), who("porter", is_a=Occupation.PROPERTY_WORKER)],
        {"weighting": ON_DUTY, "holders": PROPERTY}),
    "a free one far away rather than a busy one next door, if both count the same": (
        "far", [who("near", 0, held=9), who("far", 1200, held=0)], {"weighting": BALANCED}),
    "a busy one next door rather than a free one at the other end, if both count the same": (
        "near", [who("near", 0, held=3), who("far", 9000, held=0)], {"weighting": BALANCED}),
    "the first by subject, of equals": ("a", [who("c"), who("a"), who("b")], {}),
    "the first by subject, of those whose scores differ by less than is shown": (
        "a", [who("b", 300), who("a", 300.001)], {"weighting": NEAREST}),
    "the one below capacity": ("free", [who("a-full", 0, held=2, capacity=2), who("free", held=1, capacity=2)], {}),
    "the one who is not on leave": ("here", [who("away", 0, on_leave=True), who("here", 900)], {}),
    "the one on shift": (
        "late", [who("day", 0, shift="08:00-18:00"), who("late", 900, shift="18:00-23:45")], {"at": NIGHT}),
    "a shift that passes midnight, before midnight": ("owl", [who("owl", shift="22:00-06:00")], {"at": NIGHT}),
    "a shift that passes midnight, after midnight": ("owl", [who("owl", shift="22:00-06:00")], {"at": beijing(5, 2)}),
    "a shift in its first minute": ("owl", [who("owl", shift="22:00-06:00")], {"at": beijing(4, 22)}),
    "official working time in the morning": ("clerk", [who("clerk", shift="worktime")], {}),
    "another than who returned it": (
        "b", [who("a", 0), who("b", 900)], {"excluded": {"a": RETURNED_IT}}),
    "a third after it was returned twice": (
        "c", [who("a", 0), who("b", 0), who("c", 900)], {"excluded": {"a": RETURNED_IT, "b": RETURNED_IT}}),
    "another than who reported it": ("b", [who("a", 0), who("b", 900)], {"excluded": {"a": REPORTED_IT}}),
    "another than who served it before": ("b", [who("a", 0), who("b", 900)], {"excluded": {"a": SERVED_BEFORE}}),
    "one off shift, if it is urgent and nobody is on": (
        "clerk", [who("clerk", shift="worktime")], {"at": NIGHT, "is_urgent": True}),
    "one on shift before a nearer one off shift, also if it is urgent": (
        "on", [who("off", 0, shift="worktime"), who("on", 9000)], {"at": NIGHT, "is_urgent": True}),
    "one off shift, if it is urgent and who is on shift is full": (
        "off", [who("off", 900, shift="worktime"), who("full", 0, held=1, capacity=1)],
        {"at": NIGHT, "is_urgent": True}),
}  # fmt: skip


@pytest.mark.parametrize("rule", GOES_TO)
def test_it_goes_to(rule: str) -> None:
    assignee, candidates, matter = GOES_TO[rule]
    decision = decide(*candidates, **matter)
    assert (decision.outcome, decision.assignee, decision.why["reason"]) == (ASSIGN, assignee, "best_score")
    assert ("shift_ignored" in decision.why) == (rule.startswith("one off shift"))


FULL = who("full", held=3, capacity=3)
AWAY = who("away", on_leave=True)
CLERK, OWL = who("clerk", shift="worktime"), who("owl", shift="22:00-06:00")

STAYS = {
    "it waits where the place is unknown": (WAIT, "place_unknown", [who("a")], {"unit_path": ()}),
    "it waits where nobody has the skills": (WAIT, "nobody_with_the_skills", [], {}),
    "a wish is claimed, even if someone is free": (POOL, "claimed_never_assigned", [who("a")], {"is_wish": True}),
    "a wish waits where nobody could claim it": (WAIT, "nobody_with_the_skills", [], {"is_wish": True}),
    "all full": (POOL, "all_at_capacity", [FULL, who("too", held=5, capacity=3)], {}),
    "all full or on leave": (POOL, "all_at_capacity", [FULL, AWAY], {}),
    "all full, though it is urgent": (POOL, "all_at_capacity", [FULL], {"is_urgent": True}),
    "all off shift": (POOL, "nobody_on_shift", [CLERK], {"at": NIGHT}),
    "all off shift, full or on leave": (POOL, "nobody_on_shift", [CLERK, FULL, AWAY], {"at": NIGHT}),
    "official working time has a lunch break": (POOL, "nobody_on_shift", [CLERK], {"at": LUNCH}),
    "official working time has a Sunday": (POOL, "nobody_on_shift", [CLERK], {"at": SUNDAY}),
    "the last minute of a shift is over": (POOL, "nobody_on_shift", [OWL], {"at": beijing(5, 6)}),
    "off shift and full is full": (
        POOL, "all_at_capacity", [who("a", held=1, capacity=1, shift="worktime")], {"at": NIGHT}),
    "everyone returned it": (
        WAIT, "nobody_left", [who("a"), who("b")], {"excluded": {"a": RETURNED_IT, "b": RETURNED_IT}}),
    "the only one reported it himself": (WAIT, "nobody_left", [who("a")], {"excluded": {"a": REPORTED_IT}}),
    "everyone is on leave": (WAIT, "nobody_left", [AWAY], {}),
}  # fmt: skip


@pytest.mark.parametrize("rule", STAYS)
def test_it_stays_because(rule: str) -> None:
    outcome, reason, candidates, matter = STAYS[rule]
    decision = decide(*candidates, **matter)
    assert (decision.outcome, decision.why["reason"], decision.assignee) == (outcome, reason, None)
    assert (decision.again_at is not None) == (reason == "nobody_on_shift")


@pytest.mark.parametrize(
    ("shifts", "at", "again_at"),
    [
        (["worktime"], NIGHT, beijing(5, 8)),
        (["worktime"], LUNCH, beijing(4, 14)),
        (["worktime"], SUNDAY, beijing(2, 8)),
        (["worktime", "06:30-12:00"], NIGHT, beijing(5, 6, 30)),
        (["22:00-06:00"], beijing(4, 21), beijing(4, 22)),
        (["22:00-06:00"], beijing(5, 6), beijing(5, 22)),
        (["22:00-06:00"], beijing(5, 22), None),
    ],
)
def test_the_pool_is_looked_at_again_when_the_first_comes_on_shift(
    shifts: list[str], at: datetime, again_at: datetime | None
) -> None:
    assert decide(*(who(shift, shift=shift) for shift in shifts), at=at).again_at == again_at


def test_who_is_full_or_away_is_not_waited_for() -> None:
    early = who("early", held=1, capacity=1, shift="05:00-12:00")
    away = who("away", shift="05:30-12:00", on_leave=True)
    assert decide(early, away, CLERK, at=NIGHT).again_at == beijing(5, 8)


@pytest.mark.parametrize(
    ("desk", "raised"), [("g", {}), ("c", {"raised_from": "g"}), ("d", {"raised_from": "g"}), (None, {})]
)
def test_what_stays_lies_on_the_desk_of_the_lowest_unit_that_has_one(desk: str | None, raised: dict[str, str]) -> None:
    for decision in (decide(desk=desk), decide(FULL, desk=desk), decide(CLERK, at=NIGHT, desk=desk)):
        assert decision.why["desk"] == desk
        assert {name: decision.why[name] for name in decision.why.keys() & {"raised_from"}} == raised


def test_what_is_assigned_lies_on_no_desk() -> None:
    assert not decide(who("a"), desk="c").why.keys() & {"desk", "raised_from"}


@pytest.mark.parametrize(
    ("metres", "term"), [(0, 1), (300, 0.8), (1200, 0.5), (2400, 1 / 3), (12_000, 1 / 11), (1_200_000, 1 / 1001)]
)
def test_distance_is_one_at_the_door_and_half_at_the_edge_of_the_circle(metres: float, term: float) -> None:
    assert nearness(metres) == pytest.approx(term)


@pytest.mark.parametrize(
    ("stars", "mean"), [([], 4), ([5], 25 / 6), ([1], 21 / 6), ([5] * 5, 4.5), ([1] * 5, 2.5), ([5] * 995, 4.995)]
)
def test_few_ratings_are_drawn_towards_four_stars(stars: list[int], mean: float) -> None:
    assert esteem(Standing(0, 0, sum(stars), len(stars))) == pytest.approx((mean - 1) / 4)


def test_why_tells_the_ranking_the_terms_the_weights_and_who_was_passed_over() -> None:
    decision = decide(who("b", 1200, recent=2), who("a", 0), FULL, AWAY, weighting=BALANCED)
    assert decision.why == {
        "reason": "best_score",
        "ranked": [
            {"steward": "a", "score": 1.0, "metres": 0, "terms": {
                "distance": 1.0, "load": 1.0, "fairness": 1.0, "rating": 0.75, "partner_kind": 1.0, "duty": 0.0}},
            {"steward": "b", "score": 0.75, "metres": 1200, "terms": {
                "distance": 0.5, "load": 1.0, "fairness": 0.0, "rating": 0.75, "partner_kind": 1.0, "duty": 0.0}},
        ],
        "candidates": 4,
        "looked_at": 4,
        "reach": 1200,
        "excluded": {"at_capacity": ["full"], "on_leave": ["away"]},
        "counts": {"at_capacity": 1, "on_leave": 1},
        "weights": {**dict.fromkeys(TERMS, 0.0), "distance": 0.5, "load": 0.5},
    }  # fmt: skip


def test_why_is_short_and_plain_however_many_were_looked_at() -> None:
    away = [who(f"away-{number:03}", on_leave=True) for number in range(100)]
    decision = decide(*away, *(who(f"here-{number:03}") for number in range(100)))
    assert json.loads(json.dumps(decision.why)) == decision.why
    assert [one["steward"] for one in decision.why["ranked"]] == [f"here-{number:03}" for number in range(RANKED)]
    assert decision.why["excluded"]["on_leave"] == [f"away-{number:03}" for number in range(NAMED)]
    assert decision.why["counts"] == {"on_leave": 100}


def test_a_case_rules_out_its_reporter_those_who_returned_it_and_those_who_served_it() -> None:
    facts = {"reporter": "r", "returned_by": ["a", "b"], "rounds": [{"served_by": "b"}, {"served_by": "c"}, {}]}
    assert ruled_out(facts) == {"r": REPORTED_IT, "a": RETURNED_IT, "b": RETURNED_IT, "c": SERVED_BEFORE}
    assert ruled_out({"reporter": "r"}) == {"r": REPORTED_IT}


PEOPLE = st.lists(
    st.builds(
        who,
        st.sampled_from("abcdefgh"),
        st.sampled_from([0.0, 300.0, 1200.0]),
        held=st.integers(0, 3),
        recent=st.integers(0, 5),
        stars=st.lists(st.integers(1, 5), max_size=3),
        capacity=st.integers(1, 3),
        shift=st.sampled_from(["always", "worktime", "22:00-06:00"]),
        on_leave=st.booleans(),
    ),
    unique_by=lambda candidate: candidate.steward.subject,
)
MOMENTS = st.sampled_from([WEDNESDAY, NIGHT, SUNDAY])
EXCLUDED = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from([RETURNED_IT, REPORTED_IT]), max_size=3)


@given(PEOPLE, EXCLUDED, MOMENTS, st.booleans(), st.randoms())
def test_the_order_in_which_candidates_come_decides_nothing(
    people: list[Candidate], excluded: dict[str, str], at: datetime, urgent: bool, random: Any
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)
    one, other = (
        decide(*listed, at=at, excluded=excluded, is_urgent=urgent, desk="c") for listed in (people, shuffled)
    )
    assert one == other


@given(PEOPLE, EXCLUDED, MOMENTS, st.booleans())
def test_who_is_chosen_passes_every_filter_and_nobody_who_does_is_left_waiting(
    people: list[Candidate], excluded: dict[str, str], at: datetime, urgent: bool
) -> None:
    decision = decide(*people, at=at, excluded=excluded, is_urgent=urgent)
    free = [
        one
        for one in people
        if one.steward.subject not in excluded and not one.on_leave and one.standing.open < one.steward.capacity
    ]
    on_shift = [one for one in free if one.steward.shift.covers(at, CALENDAR)]
    allowed = on_shift or (free if urgent else [])
    assert (decision.outcome == ASSIGN) == bool(allowed)
    assert decision.assignee in {None, *(one.steward.subject for one in allowed)}
    counted = sum(decision.why.get("counts", {}).values())
    assert not people or counted + len(on_shift) == len(people)
