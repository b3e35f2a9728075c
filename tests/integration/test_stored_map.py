"""The map on the real database: kept from events however they come, and shown to each as far as it is theirs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.feed.city_map.asking import CityMap
from services.feed.city_map.places import MAP, MAP_INDEXES, map_of, note_on_map
from shared.contracts.commands import load
from shared.contracts.maps import MapQuery
from shared.contracts.topology import FEED
from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, OPERATOR, RESIDENT, STEWARD, Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Forbidden, Invalid
from shared.runtime.mongo import Mongo
from steward.stack import Stack
from tests.support.district import RULEBOOK
from tests.support.feed import dispatch_says, intake_says
from tests.support.people import NOON

pytestmark = pytest.mark.servers

HEAD, OTHER = Actor("h", DISPATCHER, "d"), Actor("o", DISPATCHER, "d-2")
ANYBODY = Actor("r", RESIDENT)


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(FEED), tz_aware=True)
    with client:
        client[FEED].drop_collection(MAP)
        client[FEED][MAP].create_indexes([*MAP_INDEXES])
        yield client[FEED]
        client[FEED].drop_collection(MAP)


def reported(case_id: str, lon: float = 119.0, lat: float = 25.4, **changes: Any) -> Notice:
    facts = {"category": "cleaning", "unit_path": ["d", "d-1"], "reported_at": NOON, **changes}
    state = facts.pop("now", "submitted")
    said = intake_says(case_id, facts.pop("sequence", 1), position={"lon": lon, "lat": lat}, **facts)
    return Notice(said.source, said.case_id, said.sequence, said.type, state, said.at, said.snapshot)


def asked(db: Mongo, by: Actor, **query: str) -> dict[str, Any]:
    return CityMap(map_of(db), RULEBOOK.catalogue).answer(by, load(MapQuery, query))


def shown(db: Mongo, by: Actor = HEAD, **query: str) -> set[str]:
    return {feature["id"] for feature in asked(db, by, **query)["features"]}


def test_a_case_stands_where_it_is_and_says_how_it_goes(db: Mongo) -> None:
    note_on_map(db, [reported("a", now="accepted", sequence=2), dispatch_says("a", 3, unit_path=["d", "d-1", "g"])])
    (feature,) = asked(db, HEAD)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [119.0, 25.4]}
    assert feature["properties"] == {
        "category": "cleaning",
        "state": "accepted",
        "order_state": "open",
        "unit": "g",
        "reported_at": "2026-03-01T12:00:00.000Z",
    }


def test_events_that_come_late_or_twice_change_nothing(db: Mongo) -> None:
    note_on_map(db, [reported("a", now="closed", sequence=5), reported("a", now="accepted", sequence=2)])
    note_on_map(db, [reported("a", now="submitted", sequence=1), reported("a", now="accepted", sequence=2)])
    note_on_map(db, [dispatch_says("a", 4, unit_path=["d", "x"]), reported("a", now="closed", sequence=5)])
    (feature,) = asked(db, HEAD)["features"]
    assert (feature["properties"]["state"], feature["properties"]["unit"]) == ("closed", "x")


def test_the_map_grows_again_from_the_same_events(db: Mongo) -> None:
    events = [reported("a"), dispatch_says("a", 1, unit_path=["d"]), reported("b", lon=119.1)]
    note_on_map(db, events)
    before = list(db[MAP].find().sort("_id"))
    db[MAP].delete_many({})
    for event in reversed(events):
        note_on_map(db, [event])
    assert list(db[MAP].find().sort("_id")) == before


def test_void_cases_and_those_without_a_place_are_on_no_map(db: Mongo) -> None:
    nowhere = intake_says("n", 1, reported_at=NOON, category="cleaning", unit_path=["d"])
    note_on_map(db, [nowhere, *(reported(state, now=state) for state in ("rejected", "merged", "withdrawn", "closed"))])
    assert shown(db) == {"closed"}


def test_it_is_asked_by_box_unit_time_category_and_state(db: Mongo) -> None:
    later = NOON + timedelta(days=1)
    note_on_map(
        db,
        [
            reported("a"),
            reported("b", lon=119.2, category="rubbish_heap"),
            reported("c", lat=25.6, now="closed", unit_path=["d", "d-9"]),
            reported("d", reported_at=later),
        ],
    )
    assert shown(db, bbox="118.9,25.3,119.1,25.5") == {"a", "d"}
    assert shown(db, bbox="119.0,25.4,119.2,25.4001") == {"a", "b", "d"}, "the border belongs to it"
    assert shown(db, category="rubbish_heap") == {"b"}
    assert shown(db, state="closed") == {"c"}
    assert shown(db, unit="d-9") == {"c"}
    assert shown(db, since=later.isoformat()) == {"d"}
    assert shown(db, until=later.isoformat()) == {"a", "b", "c"}


def test_in_gcj02_box_and_answer_are_shifted(db: Mongo) -> None:
    note_on_map(db, [reported("a", lon=119.021051, lat=25.397065)])
    (feature,) = asked(db, HEAD, datum="GCJ-02")["features"]
    lon, lat = feature["geometry"]["coordinates"]
    assert 0.001 < abs(lon - 119.021051) + abs(lat - 25.397065) < 0.02
    box = f"{lon - 0.0005},{lat - 0.0005},{lon + 0.0005},{lat + 0.0005}"
    assert shown(db, bbox=box, datum="GCJ-02") == {"a"}
    assert shown(db, bbox=box) == set()


def test_pages_hold_everything_once(db: Mongo) -> None:
    note_on_map(db, [reported(f"{number:02}", lon=119 + number / 100) for number in range(25)])
    for by in (HEAD, ANYBODY):
        seen, after = [], None
        while True:
            page = asked(db, by, limit="10", **({"after": after} if after else {}))
            seen += [feature["id"] for feature in page["features"]]
            if not (after := page["after"]):
                break
        assert len(seen) == len(set(seen)) == 25


def test_dispatchers_and_inspectors_see_their_unit_alone(db: Mongo) -> None:
    note_on_map(db, [reported("a"), reported("b", unit_path=["d-2"])])
    assert (shown(db, HEAD), shown(db, OTHER), shown(db, Actor("i", INSPECTOR, "d-1"))) == ({"a"}, {"b"}, {"a"})
    assert shown(db, OTHER, unit="d") == set()
    with pytest.raises(Forbidden):
        asked(db, Actor("x", DISPATCHER))
    with pytest.raises(Forbidden):
        asked(db, Actor("x", OPERATOR))


def test_what_would_show_who_is_in_need_or_in_a_quarrel_is_hidden(db: Mongo) -> None:
    private = ("neighbour_dispute", "small_wish", "care_for_old_and_young")
    note_on_map(db, [reported(category, category=category) for category in (*private, "cleaning")])
    unsorted = reported("unsorted")
    snapshot = {name: value for name, value in unsorted.snapshot.items() if name != "category"}
    note_on_map(db, [Notice("intake", "unsorted", 1, "x", "submitted", NOON, snapshot)])
    assert shown(db, HEAD) == {*private, "cleaning", "unsorted"}
    assert shown(db, Actor("a", ANALYST)) == {"small_wish", "care_for_old_and_young", "cleaning"}
    for by in (ANYBODY, Actor("s", STEWARD)):
        (cell,) = asked(db, by)["features"]
        assert cell["properties"] == {"open": 1, "closed": 0}
    assert shown(db, ANYBODY, category="small_wish") == set()


def test_everybody_else_sees_cells_and_no_case(db: Mongo) -> None:
    note_on_map(db, [reported("a", 119.0012, 25.4012), reported("b", 119.0038, 25.4049, now="closed")])
    close = "119.00119,25.40119,119.00121,25.40121"
    for query in ({}, {"bbox": close}):
        (cell,) = asked(db, ANYBODY, **query)["features"]
        assert cell["properties"] == {"open": 1, "closed": 1}, "the box is widened to whole cells"
        (ring,) = cell["geometry"]["coordinates"]
        assert ring == [[119.0, 25.4], [119.005, 25.4], [119.005, 25.405], [119.0, 25.405], [119.0, 25.4]]
    with pytest.raises(Invalid):
        asked(db, ANYBODY, unit="d")
    with pytest.raises(Invalid):
        asked(db, ANYBODY, after="nonsense")
