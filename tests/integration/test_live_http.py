"""Watching over HTTP: a case and the inboxes, cut off and gone on with, and only for who may see it."""

from typing import Any

import pytest
import requests

from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import PATIENCE, Person, dispatcher, resident
from tests.support.sse import Watching, changes
from tests.support.walk import HAPPY, INSIDE, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", autouse=True)
def _organisation(stack: Stack) -> None:
    load_district(stack)


def test_whoever_reported_watches_the_case_to_its_end(stack: Stack) -> None:
    me = resident(stack)
    case_id = report(me)
    watching = Watching(me, f"/cases/{case_id}/events?after=0")
    served_by = assigned(stack, me, case_id)
    serve(served_by, case_id)
    watching.until(lambda: ("dispatch", "OrderCompleted") in changes(watching.told))
    last = watching.leave()
    rate(me, case_id, HAPPY)
    again = Watching(me, f"/cases/{case_id}/events", last)
    again.until(lambda: ("intake", "ReportClosed") in changes(again.told))
    again.leave()

    told = [*watching.told, *again.told]
    positions = [one.id for one in told]
    assert positions == sorted(positions)
    timeline = [(entry["service"], entry["event"]) for entry in me.case(case_id)["timeline"]]
    for source in ("intake", "dispatch", "evaluation"):
        theirs = [one for one in timeline if one[0] == source]
        heard = [one for one in told if one.data.get("source") == source]
        assert [one.data["sequence"] for one in heard] == list(range(1, len(heard) + 1))
        assert changes(heard) == theirs[: len(heard)]


def test_the_inbox_tells_steward_and_dispatcher_of_their_cases(stack: Stack) -> None:
    me, head, elsewhere = resident(stack), dispatcher(stack), dispatcher(stack, "nowhere")
    above, far = Watching(head, "/inbox/events"), Watching(elsewhere, "/inbox/events")
    case_id = report(me)
    above.until(lambda: any(one.data.get("type") == "OrderAssigned" for one in above.told))
    assert {one.data["unit_path"][0] for one in above.told if one.name == "message"} == {"licheng"}
    assert changes(far.told) == []
    served_by = assigned(stack, me, case_id)
    theirs = Watching(served_by, "/inbox/events?after=0")
    theirs.until(lambda: ("dispatch", "OrderAssigned") in changes(theirs.told))
    assert served_by.post(f"/orders/{case_id}/accept").status_code == 200
    theirs.until(lambda: ("dispatch", "OrderAccepted") in changes(theirs.told))
    for watching in (above, far, theirs):
        watching.leave()


def test_the_map_shows_the_case_to_staff_and_its_cell_to_everybody(stack: Stack) -> None:
    me, head = resident(stack), dispatcher(stack)
    case_id = report(me)
    box = "bbox=119.0,25.3,119.1,25.5&datum=GCJ-02&limit=1000"
    wait_until(lambda: case_id in {one["id"] for one in features(head, box)}, PATIENCE, "it is on no map")
    (mine,) = (one for one in features(head, box) if one["id"] == case_id)
    assert mine["geometry"]["coordinates"] == pytest.approx([INSIDE["lon"], INSIDE["lat"]], abs=1e-6)
    assert {one["geometry"]["type"] for one in features(me, box)} == {"Polygon"}
    refused = me.get("/map/cases?bbox=here")
    assert (refused.status_code, refused.headers["Content-Type"]) == (422, "application/problem+json")


def features(by: Person, query: str) -> list[dict[str, Any]]:
    answer = by.get(f"/map/cases?{query}")
    assert answer.headers["Content-Type"].startswith("application/geo+json")
    return list(answer.json()["features"])


def test_a_stranger_is_told_nothing(stack: Stack) -> None:
    case_id = report(resident(stack))
    assert resident(stack).get(f"/cases/{case_id}/events").status_code == 404


@pytest.mark.parametrize("query", ["after=-1", "after=soon", "after=99999999999999999999"])
def test_what_is_no_position_is_refused(stack: Stack, query: str) -> None:
    answer = dispatcher(stack).get(f"/inbox/events?{query}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")


def test_a_position_that_there_never_was_begins_anew(stack: Stack) -> None:
    watching = Watching(dispatcher(stack), "/inbox/events?after=999999999")
    watching.until(lambda: len(watching.told) > 1)
    assert watching.told[1].name == "reset"
    assert watching.leave() < 999999999


def test_nobody_on_the_way_may_keep_it(stack: Stack) -> None:
    head = dispatcher(stack)
    headers = {"Authorization": f"Bearer {head.token}"}
    with requests.get(f"{head.gateway}/inbox/events", headers=headers, stream=True, timeout=30) as answer:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
