"""The desk: one question to the database, capacity kept in a batch, and an answer for who asks why not."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.leaves import Leave
from services.dispatch.organisation.shifts import BEIJING, WORKTIME, Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from services.dispatch.routing.choice import ASSIGN, POOL, RETURNED_IT, SERVED_BEFORE, WAIT
from services.dispatch.routing.desk import OF_LATE, RATED, Desk
from services.dispatch.routing.scoring import Standing
from shared.contracts.catalogue import Duty
from shared.contracts.places import PlaceIndex
from shared.kernel.units import UnitTree
from tests.support.district import CATALOGUE, ELSEWHERE, IN_THE_GRID, RULEBOOK, UNITS, steward

PATH = ("d", "s", "c", "e", "g")
DAY = datetime(2026, 3, 4, 10, tzinfo=BEIJING)
NIGHT = datetime(2026, 3, 4, 23, tzinfo=BEIJING)


class Known:
    """The stewards as they stand, and every question that was asked about them."""

    def __init__(self, **standings: Standing) -> None:
        self.standings = standings
        self.asked: list[set[str]] = []
        self.windows: set[tuple[datetime, datetime]] = set()

    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        self.asked.append(set(subjects))
        self.windows.add((since, rated_since))
        return {subject: self.standings[subject] for subject in subjects if subject in self.standings}


def district(*stewards: Steward, **others: Any) -> Directory:
    return Directory(UnitTree(UNITS), PlaceIndex(UNITS), stewards, **others)


def desk(*stewards: Steward, known: Known | None = None, **others: Any) -> Desk:
    return Desk(district(*stewards, **others), CATALOGUE, RULEBOOK.weights, RULEBOOK.calendar, known or Known())


def busy(subject: str, capacity: int = 1) -> tuple[Steward, Standing]:
    return steward(subject, "g", "cleaning", capacity=capacity), Standing(open=capacity)


def report(reporter: str = "r", category: str = "cleaning") -> dict[str, Any]:
    return {"reporter": reporter, "category": category, "position": IN_THE_GRID}


def test_a_decision_asks_the_database_once_about_those_who_might_have_it() -> None:
    known = Known()
    two = desk(steward("a", "g", "cleaning"), steward("b", "d", "cleaning"), steward("c", "h", "cleaning"), known=known)
    assert two.decide("cleaning", PATH, IN_THE_GRID, DAY).outcome == ASSIGN
    assert known.asked == [{"a", "b"}]
    assert known.windows == {(DAY - OF_LATE, DAY - RATED)}


def test_a_batch_is_looked_up_in_one_go_and_each_assignment_counts_for_the_next() -> None:
    known = Known(a=Standing(open=1), b=Standing(open=1))
    both = desk(*(steward(name, "g", "cleaning", "lighting", capacity=2) for name in "ab"), known=known)
    both.prepare([report(), report(category="street_lights")], DAY)
    categories = ("cleaning", "street_lights", "cleaning")
    went_to = [both.decide(category, PATH, IN_THE_GRID, DAY) for category in categories]
    assert [decision.assignee for decision in went_to] == ["a", "b", None]
    assert went_to[-1].why["reason"] == "all_at_capacity"
    assert known.asked == [{"a", "b"}]


def test_a_wish_or_an_unknown_place_asks_nobody() -> None:
    known = Known()
    one = desk(steward("a", "g"), known=known)
    one.prepare([report(category="small_wish"), {"reporter": "r", "category": "cleaning"}], DAY)
    assert one.decide("small_wish", PATH, IN_THE_GRID, DAY).outcome == POOL
    assert one.decide("cleaning", (), ELSEWHERE, DAY).why["reason"] == "place_unknown"
    assert known.asked == []


def test_a_report_that_waits_for_its_category_asks_nobody_and_keeps_nobody_waiting() -> None:
    known = Known(a=Standing())
    one = desk(steward("a", "g", "cleaning"), known=known)
    one.prepare([{"reporter": "r", "position": IN_THE_GRID}, report()], DAY)
    assert known.asked == [{"a"}]


def test_the_order_is_pooled_only_when_the_most_that_are_ever_looked_at_are_full() -> None:
    full = dict(busy(f"full-{number:03}") for number in range(120))
    known = Known(**{who.subject: standing for who, standing in full.items()})
    people = [replace(who, lon=IN_THE_GRID["lon"], lat=IN_THE_GRID["lat"] + n / 1e5) for n, who in enumerate(full)]
    free = replace(steward("free", "d", "cleaning"), lon=IN_THE_GRID["lon"], lat=IN_THE_GRID["lat"] + 0.05)
    decision = desk(*people, free, known=known).decide("cleaning", PATH, IN_THE_GRID, DAY)
    assert decision.assignee == "free"
    assert [len(asked) for asked in known.asked] == [24, 72, 25]
    assert (decision.why["looked_at"], decision.why["candidates"]) == (121, 121)


def test_who_is_on_leave_takes_no_place_on_the_list() -> None:
    known = Known()
    away = [replace(steward(f"away-{number:02}", "g", "cleaning"), **IN_THE_GRID) for number in range(30)]
    leaves = [replace(LEAVE, leave_id=who.subject, steward=who.subject) for who in away]
    office = desk(*away, steward("here", "d", "cleaning"), known=known, leaves=leaves)
    decision = office.decide("cleaning", PATH, IN_THE_GRID, DAY)
    assert (decision.assignee, decision.why["counts"]) == ("here", {"on_leave": 30})
    assert len(known.asked) == 1


def test_those_off_shift_are_asked_about_only_when_nobody_else_is_free() -> None:
    clerk = replace(steward("clerk", "g", "cleaning"), shift=WORKTIME)
    owl = replace(steward("owl", "g", "cleaning"), shift=Shift.parse("22:00-06:00"))
    known = Known()
    assert desk(clerk, owl, known=known).decide("cleaning", PATH, IN_THE_GRID, NIGHT).assignee == "owl"
    assert known.asked == [{"owl"}]
    known = Known(owl=Standing(open=5))
    decision = desk(clerk, owl, known=known).decide("cleaning", PATH, IN_THE_GRID, NIGHT)
    assert (decision.outcome, decision.why["reason"]) == (POOL, "nobody_on_shift")
    assert decision.again_at == datetime(2026, 3, 5, 6 + 2, tzinfo=BEIJING)
    assert known.asked == [{"owl"}, {"clerk"}]


def test_what_is_urgent_in_the_catalogue_does_not_wait_for_the_morning() -> None:
    clerks = [replace(steward(name, "g", "flood_response"), shift=WORKTIME) for name in "ab"]
    known = Known(a=Standing(open=4))
    decision = desk(*clerks, known=known).decide("flood_and_typhoon", PATH, IN_THE_GRID, NIGHT)
    assert (decision.assignee, decision.why["shift_ignored"]) == ("b", True)


def test_the_list_of_responsibilities_goes_before_the_catalogue() -> None:
    porter = replace(steward("porter", "g", "cleaning"), occupation=Occupation.PROPERTY_WORKER)
    officer = replace(steward("clerk", "g", "cleaning"), occupation=Occupation.COMMUNITY_WORKER)
    entry = DutyEntry("cleaning", "e", Duty.COMMUNITY, "示例居委会", "示例清单")
    assert CATALOGUE["cleaning"].duty is Duty.PROPERTY
    for duties, assignee in (([], "porter"), ([entry], "clerk")):
        decision = desk(porter, officer, duties=duties).decide("cleaning", PATH, IN_THE_GRID, DAY)
        assert decision.assignee == assignee


def test_what_nobody_can_serve_goes_up_to_the_lowest_desk() -> None:
    heads = [Dispatcher("head-d", "示例派单员", "d"), Dispatcher("head-c", "示例派单员", "c")]
    decision = desk(dispatchers=heads).decide("cleaning", PATH, IN_THE_GRID, DAY)
    assert decision.outcome == WAIT
    assert (decision.why["desk"], decision.why["raised_from"]) == ("c", "g")


def test_a_unit_that_was_retired_is_passed_over_for_the_one_above() -> None:
    decision = desk(steward("a", "e", "cleaning")).decide("cleaning", (*PATH, "gone"), None, DAY)
    assert decision.assignee == "a"
    assert desk(steward("a", "e", "cleaning")).decide("cleaning", ("gone",), None, DAY).why["reason"] == "place_unknown"


def test_a_position_outside_the_unit_that_a_person_chose_does_not_count() -> None:
    near_the_position = replace(steward("wrong", "d", "cleaning"), lon=ELSEWHERE["lon"], lat=ELSEWHERE["lat"])
    decision = desk(near_the_position, steward("right", "g", "cleaning")).decide("cleaning", PATH, ELSEWHERE, DAY)
    assert decision.assignee == "right"
    assert decision.why["ranked"][0]["metres"] == 0


LEAVE = Leave("1", "away", DAY - timedelta(days=1), DAY + timedelta(days=1))
EVERYONE = (
    steward("away", "g", "cleaning"),
    steward("best", "g", "cleaning"),
    replace(steward("clerk", "g", "cleaning"), shift=Shift.parse("13:00-18:00")),
    steward("full", "g", "cleaning"),
    steward("gardener", "g", "gardening"),
    steward("neighbour", "h", "cleaning"),
    steward("other", "d", "cleaning"),
    steward("returned", "g", "cleaning"),
    steward("served", "g", "cleaning"),
)
FACTS = {
    "reporter": "r",
    "category": "cleaning",
    "position": IN_THE_GRID,
    "unit": "g",
    "unit_path": list(PATH),
    "returned_by": ["returned"],
    "rounds": [{"served_by": "served"}, {}],
}


@pytest.mark.parametrize("is_written_down", [True, False])
@pytest.mark.parametrize(
    ("asked", "code", "zh"),
    [
        ("best", "assigned", "已派给 best"),
        ("stranger", "not_a_steward", "stranger 不是在册红管家"),
        ("neighbour", "does_not_cover", "neighbour 服务 h，不含案件所在的 g"),
        ("gardener", "lacks_skills", "gardener 缺少所需技能：cleaning"),
        ("returned", RETURNED_IT, "returned 已退回此单"),
        ("served", SERVED_BEFORE, "served 此前已办理此单"),
        ("away", "on_leave", "away 请假中"),
        ("clerk", "off_shift", "clerk 不在班次内"),
        ("full", "at_capacity", "full 手头工单已满"),
    ],
)
def test_why_not(asked: str, code: str, zh: str, is_written_down: bool) -> None:
    """Also where the decision says nothing about the one asked about: then as things stand."""
    office = desk(*EVERYONE, known=Known(full=Standing(open=5)), leaves=[LEAVE])
    excluded = {"returned": RETURNED_IT, "served": SERVED_BEFORE}
    decision = office.decide("cleaning", PATH, IN_THE_GRID, DAY, excluded)
    why = decision.why if is_written_down else {"reason": "best_score"}
    answer = office.why_not({**FACTS, "assignee": decision.assignee, "why": why}, asked, DAY)
    assert (answer.code, answer.facts["steward"]) == (code, asked)
    assert zh in answer.zh
    assert asked in answer.en


def test_why_not_tells_the_rank_the_scores_and_what_made_the_difference() -> None:
    office = desk(*EVERYONE, known=Known(other=Standing(open=1)))
    decision = office.decide("cleaning", PATH, IN_THE_GRID, DAY, {})
    ranked = decision.why["ranked"]
    assert ranked[0]["steward"] == decision.assignee == "away"
    answer = office.why_not({**FACTS, "assignee": "away", "why": decision.why}, "other", DAY)
    assert (answer.code, answer.facts["rank"], answer.facts["chosen"]) == ("ranked", 6, "away")
    assert (answer.facts["score"], answer.facts["chosen_score"]) == (ranked[5]["score"], ranked[0]["score"])
    assert list(answer.facts["lost"]) == ["distance", "load"]
    assert sum(answer.facts["lost"].values()) == pytest.approx(ranked[0]["score"] - ranked[5]["score"], abs=2e-4)
    assert answer.zh.endswith("差在：距离、在手工单。")
    assert "came 6." in answer.en


def test_why_not_an_equal_tells_that_the_order_of_names_decided() -> None:
    office = desk(steward("a", "g", "cleaning"), steward("b", "g", "cleaning"))
    decision = office.decide("cleaning", PATH, IN_THE_GRID, DAY)
    answer = office.why_not({**FACTS, "assignee": "a", "why": decision.why}, "b", DAY)
    assert (answer.code, answer.facts["lost"]) == ("ranked", {})
    assert "账号顺序" in answer.zh


@pytest.mark.parametrize(("asked", "code"), [("s39", "further_away"), ("s20", "ranked_below"), ("s05", "ranked")])
def test_why_not_somebody_of_whom_nothing_is_written_down(asked: str, code: str) -> None:
    """Each lives eleven metres further north; 24 are looked at, and ten of them remembered."""
    south = {"lon": IN_THE_GRID["lon"], "lat": 25.4}
    people = [replace(steward(f"s{n:02}", "g", "cleaning"), lon=south["lon"], lat=25.4 + n / 1e4) for n in range(40)]
    office = desk(*people)
    decision = office.decide("cleaning", PATH, south, DAY)
    assert (decision.why["looked_at"], decision.why["reach"]) == (24, 256)
    facts = {**FACTS, "position": south, "assignee": decision.assignee, "why": decision.why}
    assert office.why_not(facts, asked, DAY).code == code


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ({"reason": "by_hand", "by": "head"}, "by_hand"),
        ({"reason": "claimed"}, "claimed"),
        ({"reason": "claimed_never_assigned"}, "claimed_never_assigned"),
        ({"reason": "place_unknown"}, "place_unknown"),
    ],
)
def test_why_not_where_nobody_was_compared(why: dict[str, str], code: str) -> None:
    assert desk(*EVERYONE).why_not({**FACTS, "why": why}, "best", DAY).code == code


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ({"transferred_from": ["best"]}, "taken_away"),
        ({"returned_by": ["best"]}, "returned_it"),
        ({"rounds": [{"served_by": "best"}]}, "served_before"),
        ({"reporter": "best"}, "reported_it"),
    ],
)
def test_why_not_whoever_is_not_to_have_it_again(known: dict[str, Any], code: str) -> None:
    answer = desk(*EVERYONE).why_not(
        {**FACTS, "assignee": "other", "why": {"reason": "best_score"}, **known}, "best", DAY
    )
    assert (answer.code, "best" in answer.zh, "best" in answer.en) == (code, True, True)
