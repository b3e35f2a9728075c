"""The periodic evaluation: what an announcement must be like, who votes when, and what a tally comes to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from services.evaluation.campaigns.announcement import MOST_VOTERS
from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.campaigns.handlers import may_see
from services.evaluation.campaigns.showing import show_campaign
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED
from shared.kernel.actor import ANALYST, DISPATCHER, RESIDENT, STEWARD, Actor
from shared.kernel.errors import Forbidden, Gone, IllegalTransition, Invalid, NotFound
from tests.support.campaigns import (
    CLOSES,
    HEAD,
    IN_BETWEEN,
    NORTH,
    OPENS,
    OTHER_HEAD,
    SOUTH,
    Vote,
    all_items,
    announcement,
    voter,
)
from tests.support.people import NOON, command
from tests.support.scale import SCALE

SOMEBODY = Actor("sample-resident-1", RESIDENT)


@pytest.fixture
def vote() -> Vote:
    return Vote()


@pytest.fixture
def open_vote(vote: Vote) -> Vote:
    vote.campaigning.turn(OPENS)
    return vote


def spoilt(spoil: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    announced = announcement()
    spoil(announced)
    return announced


@pytest.mark.parametrize(
    ("spoil", "field", "words"),
    [
        (lambda it: it.update(closes_at=it["opens_at"]), "closes_at", "later than opens_at"),
        (lambda it: it.update(opens_at=NOON - timedelta(2), closes_at=NOON), "closes_at", "time to come"),
        (lambda it: it["period"].update(end=date(2025, 12, 31)), "period.end", "before the start"),
        (lambda it: it["items"].append(it["items"][0]), "items", "cleaning is used twice"),
        (lambda it: it["subjects"].append(it["subjects"][0]), "subjects", "company is used twice"),
        (lambda it: it["subjects"][0]["estates"].append("west"), "subjects.0.estates", "add its representatives"),
        (lambda it: it["subjects"][1]["estates"].append("north"), "subjects.1.estates", "twice"),
        (lambda it: it["roll"].update(west=["sample-west-1"]), "roll.west", "Serves no subject"),
        (lambda it: it["roll"]["south"].append(NORTH[0]), "roll", f"{NORTH[0]} stands in it twice"),
        (lambda it: it["roll"].update(north=[str(n) for n in range(MOST_VOTERS)]), "roll", "several campaigns"),
    ],
)
def test_a_wrong_announcement_is_refused_with_what_to_do(
    spoil: Callable[[dict[str, Any]], Any], field: str, words: str
) -> None:
    campaign = Campaign("case")
    with pytest.raises(Invalid) as refusal:
        campaign.announce(HEAD, NOON, "origin", **spoilt(spoil))
    assert list(refusal.value.errors) == [field]
    assert words in refusal.value.errors[field][0]
    assert not campaign.changed


def test_who_acts_for_no_unit_cannot_announce() -> None:
    with pytest.raises(Forbidden):
        Campaign("case").announce(Actor("x", DISPATCHER), NOON, "origin", **announcement())


def test_the_same_announcement_again_is_the_same_campaign_even_when_its_time_is_over() -> None:
    vote = Vote()
    twice = command(HEAD, key="twice", **announcement())
    first = vote.campaigning.carry_out("announce", twice, NOON)
    assert vote.campaigning.carry_out("announce", twice, CLOSES).case_id == first.case_id != vote.case_id


def test_the_roll_is_in_no_event_and_gone_after_the_publication(open_vote: Vote) -> None:
    assert open_vote.campaign.private["roll"]
    open_vote.campaigning.turn(CLOSES)
    open_vote.command("publish")
    campaign = open_vote.campaign
    assert campaign.private == {"roll": []}
    assert not any(name in str(campaign) for name in (*NORTH, *SOUTH))
    assert [entry["representatives"] for entry in campaign.facts["electorate"]] == [6, 2]


def test_it_opens_and_closes_by_the_clock_and_not_before(vote: Vote) -> None:
    states = []
    for at in (OPENS - timedelta(milliseconds=1), OPENS, CLOSES - timedelta(milliseconds=1), CLOSES):
        vote.campaigning.turn(at)
        states.append(vote.campaign.state)
    assert states == ["announced", "open", "open", "closed"]


def test_a_timer_that_was_away_does_both_at_once(vote: Vote) -> None:
    vote.campaigning.turn(CLOSES + timedelta(days=3))
    assert [event.verb for event in vote.campaign.history] == ["announce", "open", "close"]


def test_a_timer_that_loses_the_race_does_no_harm(vote: Vote) -> None:
    vote.campaigns.rivals.append(lambda: vote.campaigning.turn(OPENS))
    vote.campaigning.turn(OPENS)
    assert [event.verb for event in vote.campaign.history] == ["announce", "open"]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (voter("sample-stranger"), NotFound),
        (Actor(NORTH[0], RESIDENT), Forbidden),
        (Actor(NORTH[0], STEWARD), Forbidden),
        (HEAD, Forbidden),
    ],
)
def test_only_a_representative_on_the_roll_votes(open_vote: Vote, by: Actor, expected: type[Exception]) -> None:
    with pytest.raises(expected):
        open_vote.campaigning.vote(open_vote.case_id, by, "company", all_items(SATISFIED), IN_BETWEEN)
    assert open_vote.box.open == {open_vote.case_id: {}}


def test_nobody_votes_on_what_serves_another_estate(open_vote: Vote) -> None:
    with pytest.raises(Forbidden, match="company, south-grid"):
        open_vote.cast(SOUTH[0], "north-grid", SATISFIED)


@pytest.mark.parametrize(
    ("subject", "answers", "fields"),
    [
        ("nobody", all_items(SATISFIED), ["subject"]),
        ("company", {"cleaning": SATISFIED}, ["answers.safety"]),
        ("company", {**all_items(SATISFIED), "gardens": SATISFIED}, ["answers.gardens"]),
    ],
)
def test_a_ballot_is_whole(open_vote: Vote, subject: str, answers: dict[str, str], fields: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        open_vote.campaigning.vote(open_vote.case_id, voter(NORTH[0]), subject, answers, IN_BETWEEN)
    assert list(refusal.value.errors) == fields


def test_a_vote_before_the_opening_is_too_early_and_at_the_end_too_late(vote: Vote) -> None:
    with pytest.raises(IllegalTransition):
        vote.cast(NORTH[0], "company", SATISFIED)
    vote.campaigning.turn(OPENS)
    vote.cast(NORTH[0], "company", SATISFIED, CLOSES - timedelta(milliseconds=1))
    with pytest.raises(Gone):
        vote.cast(NORTH[1], "company", SATISFIED, CLOSES)


def test_a_vote_that_finds_the_box_sealed_is_too_late_whatever_its_clock_says(open_vote: Vote) -> None:
    open_vote.box.seal(open_vote.case_id)
    with pytest.raises(Gone):
        open_vote.cast(NORTH[0], "company", SATISFIED)


def test_a_ballot_can_be_changed_and_the_last_one_counts(open_vote: Vote) -> None:
    open_vote.cast(NORTH[0], "company", DISSATISFIED)
    open_vote.cast(NORTH[0], "company", SATISFIED)
    mine = open_vote.campaigning.ballots_of(open_vote.case_id, voter(NORTH[0]), IN_BETWEEN)
    assert [(ballot.subject, ballot.answers) for ballot in mine] == [("company", all_items(SATISFIED))]
    open_vote.campaigning.turn(CLOSES)
    counted = {entry["subject"]: entry for entry in open_vote.campaign.facts["tally"]}
    assert counted["company"]["ballots"] == 1
    assert counted["company"]["answers"]["cleaning"][DISSATISFIED] == 0


def test_a_vote_leaves_no_trace_in_the_campaign(open_vote: Vote) -> None:
    before = open_vote.campaign
    open_vote.cast(NORTH[0], "company", DISSATISFIED)
    assert open_vote.campaign == before


def test_killed_between_sealing_and_telling_it_ends_with_the_same_tally(open_vote: Vote) -> None:
    for name in NORTH:
        open_vote.cast(name, "company", SATISFIED)
    open_vote.box.seal(open_vote.case_id)
    open_vote.campaigning.turn(CLOSES)
    assert open_vote.campaign.state == "closed"
    assert open_vote.campaign.facts["tally"][0]["ballots"] == len(NORTH)


def test_a_cancelled_campaign_forgets_its_ballots_and_its_roll(open_vote: Vote) -> None:
    open_vote.cast(NORTH[0], "company", SATISFIED)
    open_vote.command("cancel", reason="示例原因")
    assert (open_vote.campaign.state, open_vote.campaign.private) == ("cancelled", {"roll": [], "reason": "示例原因"})
    assert (open_vote.box.open, open_vote.box.seal(open_vote.case_id)) == ({}, [])


def test_ballots_of_a_cancellation_that_was_killed_are_forgotten_by_the_timer(open_vote: Vote) -> None:
    open_vote.cast(NORTH[0], "company", SATISFIED)
    campaign = open_vote.campaign
    campaign.cancel(HEAD, IN_BETWEEN, "示例原因")
    open_vote.campaigns.commit([campaign])
    open_vote.campaigning.turn(IN_BETWEEN)
    assert (open_vote.box.open, open_vote.box.seal(open_vote.case_id)) == ({}, [])


@pytest.mark.parametrize("verb", ["publish", "cancel"])
def test_another_unit_does_not_even_know_of_it(open_vote: Vote, verb: str) -> None:
    with pytest.raises(NotFound):
        open_vote.command(verb, OTHER_HEAD, **({"reason": "示例"} if verb == "cancel" else {}))


def test_who_sees_it_and_its_results_when(open_vote: Vote) -> None:
    people = {"manager": HEAD, "voter": voter(NORTH[0]), "stranger": voter("x"), "resident": SOMEBODY}
    people |= {"other": OTHER_HEAD, "analyst": Actor("sample-analyst", ANALYST)}

    def those(see: Callable[[Actor], bool]) -> set[str]:
        return {name for name, by in people.items() if see(by)}

    def sees_results(by: Actor) -> bool:
        return may_see(open_vote.campaign, by) and "results" in show_campaign(open_vote.campaign, by, SCALE)

    assert those(lambda by: may_see(open_vote.campaign, by)) == {"manager", "voter"}
    assert those(sees_results) == set()
    open_vote.campaigning.turn(CLOSES)
    assert those(lambda by: may_see(open_vote.campaign, by)) == {"manager", "voter"}
    assert those(sees_results) == {"manager"}
    open_vote.command("publish")
    assert those(sees_results) == set(people)


def test_published_results_hide_what_few_have_said(open_vote: Vote) -> None:
    answers = [SATISFIED, SATISFIED, BASICALLY_SATISFIED, BASICALLY_SATISFIED, DISSATISFIED, SATISFIED]
    for name, answer in zip(NORTH, answers, strict=True):
        open_vote.cast(name, "company", answer)
    for name in NORTH[:4]:
        open_vote.cast(name, "north-grid", SATISFIED)
    open_vote.campaigning.turn(CLOSES)
    open_vote.command("publish")
    company, *grids = show_campaign(open_vote.campaign, SOMEBODY, SCALE)["results"]
    assert (company["ballots"], company["eligible"], company["turnout"]) == (6, 8, "75.00")
    assert company["by_item"][0] == {
        "item": "cleaning",
        "satisfied": 3,
        "basically_satisfied": 2,
        "dissatisfied": 1,
        "satisfaction": "80.00",
    }
    assert grids == [
        {"subject": "north-grid", "eligible": 6, "suppressed": True},
        {"subject": "south-grid", "eligible": 2, "suppressed": True},
    ]


@pytest.mark.parametrize(("ballots", "is_hidden"), [(0, True), (4, True), (5, False), (6, False)])
def test_five_ballots_are_enough_to_be_shown(open_vote: Vote, ballots: int, is_hidden: bool) -> None:
    for name in NORTH[:ballots]:
        open_vote.cast(name, "north-grid", SATISFIED)
    open_vote.campaigning.turn(CLOSES)
    shown = {entry["subject"]: entry for entry in open_vote.campaign.results(SCALE)}["north-grid"]
    assert (shown["suppressed"], "ballots" in shown, "turnout" in shown) == (is_hidden, not is_hidden, not is_hidden)


def test_what_is_published_stays_whatever_the_scale_becomes(open_vote: Vote) -> None:
    for name in NORTH:
        open_vote.cast(name, "north-grid", BASICALLY_SATISFIED)
    open_vote.campaigning.turn(CLOSES)
    open_vote.command("publish")
    stricter = replace(SCALE, basically_satisfied=Fraction(1, 2), smallest_cell=100)
    assert open_vote.campaign.results(stricter) == open_vote.campaign.results(SCALE)


def test_the_reason_of_a_cancellation_is_for_managers(open_vote: Vote) -> None:
    open_vote.command("cancel", reason="示例原因")
    assert show_campaign(open_vote.campaign, HEAD, SCALE)["reason"] == "示例原因"
    assert "reason" not in show_campaign(open_vote.campaign, SOMEBODY, SCALE)
