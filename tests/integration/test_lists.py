"""The lists of stewards, dispatchers and inspectors on the real store: right, stable to page through, and cheap."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.dispatch.handlers import Dispatch
from services.dispatch.inquiries import Inquiries
from services.dispatch.repository import MongoOrders
from services.dispatch.visibility import Visibility
from shared.kernel.actor import DISPATCHER, INSPECTOR, Actor
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.listing import Listing
from tests.support.district import CATALOGUE, IN_THE_GRID, RULEBOOK, SIZE, directory, steward
from tests.support.orders import PICTURES, opened, report, take
from tests.support.people import HEAD, NOON, RESIDENT_ONE, a_steward

pytestmark = pytest.mark.servers

DIRECTORY = directory(
    steward("cleaner", "g", "cleaning", "drainage", capacity=100), steward("mediator", "g", "mediation", capacity=100)
)
CLEANER, MEDIATOR = a_steward("cleaner"), a_steward("mediator")
OF_THE_GRID, OF_ANOTHER = Actor("sample-grid", DISPATCHER, "g"), Actor("sample-other", DISPATCHER, "h")
CHECKER = Actor("sample-checker", INSPECTOR, "d")
FEW = 3
"""On a page."""


@pytest.fixture
def dispatch(orders: MongoOrders) -> Dispatch:
    return Dispatch(orders, DIRECTORY, RULEBOOK)


@pytest.fixture
def asked(orders: MongoOrders) -> Inquiries:
    return Inquiries(orders, DIRECTORY, RULEBOOK)


def walk(asked: Inquiries, by: Actor, which: str) -> Iterator[str]:
    """Ids page by page, to the end."""
    page = asked.page(by, which, NOON, limit=FEW)
    yield from (order.case_id for order in page.items)
    while page.after:
        page = asked.page(by, which, NOON, page.after, limit=FEW)
        yield from (order.case_id for order in page.items)


def due_at(dispatch: Dispatch, hours: Sequence[float]) -> list[str]:
    """Orders of the cleaner, accepted so long after noon."""
    return [opened(dispatch, accepted_at=NOON + timedelta(hours=one)) for one in hours]


def test_what_is_due_first_comes_first_and_ties_fall_by_case(dispatch: Dispatch, asked: Inquiries) -> None:
    late, *tied, early = due_at(dispatch, [5, 2, 2, 2, 2, 1])
    assert list(walk(asked, CLEANER, "due_soon")) == [early, *sorted(tied), late]
    assert list(walk(asked, OF_THE_GRID, "due_soon")) == [early, *sorted(tied), late]
    assert list(walk(asked, OF_ANOTHER, "due_soon")) == []


def test_a_page_goes_on_where_the_last_one_ended_whatever_changed_meanwhile(
    dispatch: Dispatch, asked: Inquiries
) -> None:
    ids = due_at(dispatch, [1, 2, 3, 4, 5, 6])
    first = asked.page(CLEANER, "due_soon", NOON, limit=FEW)
    earlier, later = due_at(dispatch, [0.5, 5.5])
    take(dispatch, ids[0], "return", CLEANER, reason="示例")
    take(dispatch, ids[4], "return", CLEANER, reason="示例")
    second = asked.page(CLEANER, "due_soon", NOON, first.after, limit=FEW)
    assert [order.case_id for order in first.items] == ids[:3]
    assert [order.case_id for order in second.items] == [ids[3], later, ids[5]]
    assert second.after is None
    assert earlier in set(walk(asked, CLEANER, "due_soon"))


def test_an_order_that_stands_or_is_done_is_not_due(dispatch: Dispatch, asked: Inquiries) -> None:
    standing, done, running = due_at(dispatch, [1, 2, 3])
    for case_id in (standing, done):
        take(dispatch, case_id, "accept", CLEANER)
        take(dispatch, case_id, "start", CLEANER)
    take(dispatch, standing, "suspend", until=NOON + timedelta(days=30), reason="示例")
    take(dispatch, done, "complete", CLEANER, answer="示例", evidence=PICTURES)
    assert list(walk(asked, HEAD, "due_soon")) == [running]
    assert set(walk(asked, CLEANER, "mine")) == {standing, done, running}


def test_the_pool_near_me_begins_at_my_door(dispatch: Dispatch, asked: Inquiries) -> None:
    steps = [0.2, -0.1, 0.05, 0.15, -0.22]
    wishes = {
        step: opened(dispatch, category="small_wish", position={**IN_THE_GRID, "lon": IN_THE_GRID["lon"] + step * SIZE})
        for step in steps
    }
    nearest_first = list(walk(asked, CLEANER, "near"))
    assert set(nearest_first) == set(walk(asked, CLEANER, "pool")) == set(wishes.values())
    assert nearest_first == [wishes[step] for step in sorted(steps, key=abs)]


def test_the_pool_tells_of_a_dispute_only_who_could_mediate(orders: MongoOrders, asked: Inquiries) -> None:
    full = Dispatch(orders, directory(steward("mediator", "g", "mediation", capacity=1)), RULEBOOK)
    opened(full, category="neighbour_dispute")
    pooled = opened(full, category="neighbour_dispute")
    assert list(walk(asked, MEDIATOR, "pool")) == [pooled]
    assert list(walk(asked, CLEANER, "pool")) == []


def test_every_list_of_a_dispatcher_holds_what_its_name_says(dispatch: Dispatch, asked: Inquiries) -> None:
    unplaced = opened(dispatch, position=None)
    wish = opened(dispatch, category="small_wish")
    talked = opened(dispatch)
    take(dispatch, talked, "deliberate", matter="small", question="示例?", parties=["community", "residents"])
    returned = opened(dispatch)
    take(dispatch, returned, "return", CLEANER, reason="示例")
    stretched, overdue, checked = (opened(dispatch, category=one) for one in ("cleaning", "cleaning", "blocked_pipes"))
    for case_id in (stretched, checked):
        take(dispatch, case_id, "accept", CLEANER)
        take(dispatch, case_id, "start", CLEANER)
    take(dispatch, stretched, "ask_extension", CLEANER, reason="示例")
    take(dispatch, checked, "complete", CLEANER, answer="示例", evidence=PICTURES)
    dispatch.ring(NOON + timedelta(hours=2))
    held = {name: set(walk(asked, HEAD, name)) for name in Visibility(DIRECTORY, CATALOGUE).lists(HEAD, NOON)}
    assert held["waiting"] == {unplaced, returned}
    assert held["pool"] == {wish}
    assert held["deliberating"] == {talked}
    assert held["returned"] == {returned}
    assert held["extensions"] == {stretched}
    assert held["to_verify"] == set(walk(asked, CHECKER, "to_verify")) == {checked}
    assert held["supervised"] >= {overdue, returned}
    assert held["overdue"] == set()
    assert held["all"] == {wish, talked, returned, stretched, overdue, checked}


def test_what_is_overdue_is_listed_from_that_moment_on(dispatch: Dispatch, asked: Inquiries) -> None:
    first, second = due_at(dispatch, [1, 2])
    due = NOON + timedelta(hours=25)
    assert asked.page(HEAD, "overdue", due).items == []
    later = asked.page(HEAD, "overdue", due + timedelta(milliseconds=1)).items
    assert [order.case_id for order in later] == [first]
    assert len(asked.page(HEAD, "overdue", due + timedelta(hours=2)).items) == len((first, second))


def test_a_dispatcher_may_look_at_a_unit_below_alone(dispatch: Dispatch, asked: Inquiries) -> None:
    here = opened(dispatch)
    take(dispatch, opened(dispatch, position=None), "place", unit="h")
    narrowed = asked.page(HEAD, "all", NOON, unit="g").items
    assert [order.case_id for order in narrowed] == [here]
    assert len(asked.page(HEAD, "all", NOON, unit="e").items) == 2
    with pytest.raises(Forbidden):
        asked.page(OF_THE_GRID, "all", NOON, unit="e")
    with pytest.raises(Invalid):
        asked.page(HEAD, "all", NOON, unit="nowhere")


def test_a_helper_finds_the_parts_that_are_open(dispatch: Dispatch, asked: Inquiries) -> None:
    joint, other = opened(dispatch), opened(dispatch)
    for case_id in (joint, other):
        take(dispatch, case_id, "convene", parties=[{"steward": "mediator", "task": "示例"}])
        take(dispatch, case_id, "accept", CLEANER)
    take(dispatch, other, "finish_part", MEDIATOR)
    assert list(walk(asked, MEDIATOR, "parts")) == [joint]


@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "WzEsMl0", ""])
def test_a_cursor_of_no_list_is_refused(asked: Inquiries, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        asked.page(CLEANER, "due_soon", NOON, cursor)
    assert list(refusal.value.errors) == ["after"]


def test_a_list_that_is_not_the_callers_names_those_that_are(asked: Inquiries) -> None:
    with pytest.raises(Invalid, match="due_soon"):
        asked.page(CLEANER, "waiting", NOON)
    with pytest.raises(Forbidden):
        asked.page(RESIDENT_ONE, "mine", NOON)


@pytest.mark.parametrize("by", [HEAD, CLEANER, CHECKER], ids=lambda by: by.role)
def test_a_page_costs_what_is_on_it_however_many_orders_there_are(
    dispatch: Dispatch, orders: MongoOrders, by: Actor
) -> None:
    assert dispatch.follow([report(f"case-{number}") for number in range(100)], NOON) == []
    for name, listing in Visibility(DIRECTORY, CATALOGUE).lists(by, NOON).items():
        if listing.near is None:
            assert examined(orders, listing, limit=3) <= 3, name


def examined(orders: MongoOrders, listing: Listing, limit: int) -> int:
    """Documents that the database looks at for a page."""
    order = {listing.by: 1, "_id": 1} if listing.by else {"_id": -1}
    find = {"find": orders.collection.name, "filter": dict(listing.filters), "sort": order, "limit": limit}
    explained: dict[str, Any] = orders.collection.database.command("explain", find)
    return int(explained["executionStats"]["totalDocsExamined"])
