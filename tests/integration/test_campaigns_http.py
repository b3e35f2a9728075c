"""A campaign 定期评价 over HTTP: announced, voted in two estates, closed by the clock, published."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from shared.contracts.topology import EVALUATION
from shared.kernel.actor import ANALYST
from shared.runtime.clock import now
from shared.runtime.sweeper import GRACE
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import Person, dispatcher, representative, resident

pytestmark = pytest.mark.servers

LASTS = timedelta(hours=1)
GOOD, FAIR, BAD = "satisfied", "basically_satisfied", "dissatisfied"


class Estate:
    def __init__(self, stack: Stack, code: str, size: int) -> None:
        self.code = code
        self.people = [representative(stack, f"sample-{code}-{number}-{uuid4().hex[:8]}") for number in range(size)]

    @property
    def roll(self) -> dict[str, list[str]]:
        return {self.code: [person.subject for person in self.people]}


@pytest.fixture
def north(stack: Stack) -> Estate:
    return Estate(stack, "north", 6)


@pytest.fixture
def south(stack: Stack) -> Estate:
    return Estate(stack, "south", 2)


@pytest.fixture
def head(stack: Stack) -> Person:
    return dispatcher(stack, f"unit-{uuid4().hex[:8]}")


def announcement(north: Estate, south: Estate) -> dict[str, Any]:
    opens = datetime.now(UTC)
    company = {"code": "company", "kind": "property_company", "estates": ["north", "south"]}
    grid = {"code": "south-grid", "kind": "grid", "estates": ["south"]}
    names = {"name_zh": "示例", "name_en": "Sample"}
    return {
        **names,
        "period": {"start": "2026-01-01", "end": "2026-06-30"},
        "opens_at": opens.isoformat(),
        "closes_at": (opens + LASTS).isoformat(),
        "items": [{"code": code, **names} for code in ("cleaning", "safety")],
        "subjects": [{**subject, **names} for subject in (company, grid)],
        "roll": {**north.roll, **south.roll},
    }


def announced(head: Person, north: Estate, south: Estate) -> str:
    """The path of a campaign that is open."""
    answer = head.post("/campaigns", announcement(north, south))
    assert answer.status_code == 201, answer.text
    path = f"/campaigns/{answer.json()['case_id']}"
    wait_for(head, path, "open")
    return path


def end(stack: Stack, path: str) -> None:
    """Its time is over now, however long the voting took; closing it is left to the timer."""
    at = now()
    closes = {"closes_at": at, "history.0.facts.closes_at": at}
    with MongoClient[dict[str, Any]](stack.addresses.mongo_uri(EVALUATION)) as client:
        client[EVALUATION]["campaigns"].update_one({"_id": path.rpartition("/")[2]}, {"$set": closes})


def wait_for(by: Person, path: str, state: str) -> None:
    wait_until(lambda: by.get(path).json()["state"] == state, 20, f"the timer to make it {state}")


def vote(by: Person, path: str, answer: str, subject: str = "company") -> int:
    ballot = {"subject": subject, "answers": {"cleaning": answer, "safety": GOOD}}
    return by.post(f"{path}/vote", ballot).status_code


def test_the_way_of_a_campaign(stack: Stack, head: Person, north: Estate, south: Estate) -> None:
    path = announced(head, north, south)
    first, *others = north.people
    assert vote(first, path, BAD) == 200
    for person, answer in zip(others, (GOOD, GOOD, FAIR, FAIR, GOOD), strict=True):
        assert vote(person, path, answer) == 200
    assert vote(south.people[0], path, BAD, "south-grid") == 200
    assert vote(first, path, GOOD) == 200
    mine = first.get(f"{path}/ballots/mine").json()
    assert mine == [{"subject": "company", "answers": {"cleaning": GOOD, "safety": GOOD}}]
    assert "results" not in head.get(path).json()

    end(stack, path)
    wait_for(head, path, "closed")
    assert vote(first, path, BAD) == 410
    assert first.get(f"{path}/ballots/mine").status_code == 410
    assert "results" not in first.get(path).json()
    somebody = resident(stack)
    assert somebody.get(path).status_code == 404

    assert head.post(f"{path}/publish").status_code == 200
    published = somebody.get(path).json()
    company, grid = published["results"]
    assert (company["eligible"], company["ballots"], company["turnout"]) == (8, 6, "75.00")
    counts = {GOOD: 4, FAIR: 2, BAD: 0}
    assert company["by_item"][0] == {"item": "cleaning", **counts, "satisfaction": "96.67"}
    assert grid == {"subject": "south-grid", "eligible": 2, "suppressed": True}
    assert [entry["event"] for entry in published["timeline"]] == [
        "CampaignAnnounced",
        "CampaignOpened",
        "CampaignClosed",
        "CampaignPublished",
    ]
    for reader in (north.people[0], Person(stack, ANALYST), dispatcher(stack)):
        assert reader.get(path).json()["results"] == published["results"]
        assert published["case_id"] in [entry["case_id"] for entry in reader.get("/campaigns").json()]
    assert not any(person.subject in str(published) for person in (*north.people, *south.people))


def test_who_may_not_vote(stack: Stack, head: Person, north: Estate, south: Estate) -> None:
    path = announced(head, north, south)
    assert vote(representative(stack), path, GOOD) == 404, "a stranger"
    assert vote(north.people[0], path, GOOD, "south-grid") == 403, "another estate's grid"
    assert vote(resident(stack), path, GOOD) == vote(head, path, GOOD) == 403, "no representative"
    refused = north.people[0].post(f"{path}/vote", {"subject": "company", "answers": {"cleaning": "splendid"}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "answers.cleaning.value")
    assert north.people[0].get(f"{path}/ballots/mine").json() == []


def test_what_is_wrong_with_an_announcement_is_told_field_by_field(head: Person, north: Estate, south: Estate) -> None:
    body = announcement(north, south)
    body["closes_at"] = body["opens_at"]
    body["subjects"][1]["estates"] = ["west"]
    answer = head.post("/campaigns", body)
    assert answer.status_code == 422
    fields = {entry["field"] for entry in answer.json()["errors"]}
    assert fields == {"closes_at", "subjects.1.estates"}


def test_commands_can_be_repeated_with_their_key(head: Person, north: Estate, south: Estate) -> None:
    body, key = announcement(north, south), str(uuid4())
    first, again = (head.post("/campaigns", body, key).json() for _ in range(2))
    assert first == again
    path = f"/campaigns/{first['case_id']}"
    cancelled = [head.post(f"{path}/cancel", {"reason": "示例原因"}, key + "c").json() for _ in range(2)]
    assert cancelled[0] == cancelled[1]
    assert cancelled[0]["state"] == "cancelled"
    assert head.post(f"{path}/publish").status_code == 409


def test_a_list_is_read_page_by_page_and_shows_no_other_units_campaign(
    stack: Stack, head: Person, north: Estate, south: Estate
) -> None:
    made = [head.post("/campaigns", announcement(north, south)).json()["case_id"] for _ in range(52)]
    first = head.get("/campaigns")
    second = head.get(first.links["next"]["url"])
    seen = [entry["case_id"] for page in (first, second) for entry in page.json()]
    assert [case_id for case_id in seen if case_id in made] == made[::-1]
    theirs = north.people[0].get("/campaigns").json()
    assert {entry["case_id"] for entry in theirs} >= set(made[-50:])
    for stranger in (dispatcher(stack), representative(stack)):
        assert not {entry["case_id"] for entry in stranger.get("/campaigns").json()} & set(made)


def test_its_events_go_out_though_nobody_listens(stack: Stack, head: Person, north: Estate, south: Estate) -> None:
    path = announced(head, north, south)
    with MongoClient[dict[str, Any]](stack.addresses.mongo_uri(EVALUATION)) as client:
        campaigns = client[EVALUATION]["campaigns"]
        _soon(lambda: "unpublished" not in (campaigns.find_one({"_id": path.rpartition("/")[2]}) or {}))


def _soon(condition: Callable[[], bool], within: float = GRACE.total_seconds()) -> None:
    """Sooner than the sweeper would come."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
