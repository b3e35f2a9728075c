"""Who holds an order or held it last, and since when it is dispatched: what evaluation is told of that."""

from dataclasses import replace

import pytest

from services.dispatch.handlers import Dispatch
from shared.kernel.partners import PartnerKind
from tests.support.calendar import beijing
from tests.support.district import ELSEWHERE, RULEBOOK, directory, steward
from tests.support.memory import InMemoryOrders
from tests.support.orders import opened, order, take
from tests.support.people import a_steward
from tests.support.timed_order import AT_WORK, TimedOrder

SHOP = replace(steward("shop", "g", "cleaning", "care"), unit="c", partner_kind=PartnerKind.BUSINESS)
FULL = replace(steward("full", "g", "cleaning", "care"), capacity=0)


def told(script: str) -> tuple[str | None, str]:
    """Whom the last event says it is served by, and since when it is dispatched."""
    one = TimedOrder()
    one.follow(script)
    snapshot = one.order.snapshot()
    assert ("serving" in snapshot) == ("dispatched_at" in snapshot)
    return snapshot.get("serving", {}).get("steward"), one.says("dispatched_at")


STORIES = {
    "nobody was found": ("2026-09-28 09:00 open nobody", (None, "none")),
    "in the pool it is nobody's": ("2026-09-28 09:00 open pool", (None, "none")),
    "the routing gives it": ("2026-09-28 09:00 open one", ("one", "2026-09-28 09:00")),
    "a person gives it": (
        """2026-09-28 09:00 open nobody
        2026-09-28 10:00 assign two""",
        ("two", "2026-09-28 10:00"),
    ),
    "a steward takes it": (
        """2026-09-28 09:00 open pool
        2026-09-28 10:00 claim two""",
        ("two", "2026-09-28 10:00"),
    ),
    "returned, it was theirs last": (
        """2026-09-28 09:00 open one
        2026-09-28 10:00 return nobody""",
        ("one", "2026-09-28 09:00"),
    ),
    "returned and given to another": (
        """2026-09-28 09:00 open one
        2026-09-28 10:00 return two""",
        ("two", "2026-09-28 09:00"),
    ),
    "transferred to another": (
        AT_WORK + "2026-09-28 10:00 transfer two",
        ("two", "2026-09-28 09:00"),
    ),
    "talked about, it was theirs last": (
        """2026-09-28 09:00 open one
        2026-09-28 10:00 deliberate""",
        ("one", "2026-09-28 09:00"),
    ),
    "done again by the same": (
        AT_WORK
        + """2026-09-28 10:00 complete
        2026-09-28 11:00 rework""",
        ("one", "2026-09-28 09:00"),
    ),
    "done again by another": (
        AT_WORK
        + """2026-09-28 10:00 complete
        2026-09-28 11:00 rework_supervised two""",
        ("two", "2026-09-28 09:00"),
    ),
    "cancelled, it was theirs last": (
        """2026-09-28 09:00 open one
        2026-09-28 10:00 cancel""",
        ("one", "2026-09-28 09:00"),
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_who_serves_and_since_when(story: str) -> None:
    script, expected = STORIES[story]
    assert told(script) == expected


def test_dispatched_is_not_opened() -> None:
    one = TimedOrder()
    one.do("2026-09-28 09:00 hear 2026-09-28 08:00")
    facts = one.order.facts
    assert (facts["opened_at"], facts["dispatched_at"]) == (beijing("2026-09-28 08:00"), beijing("2026-09-28 09:00"))


SHOP_SERVES = {"steward": "shop", "unit": "c", "partner_kind": "business"}


@pytest.fixture
def at_the_shop(orders: InMemoryOrders) -> Dispatch:
    return Dispatch(orders, directory(SHOP, FULL), RULEBOOK)


def test_the_unit_is_where_the_steward_belongs(at_the_shop: Dispatch, orders: InMemoryOrders) -> None:
    assert order(orders, opened(at_the_shop)).facts["serving"] == SHOP_SERVES


def test_also_of_who_claims_it(at_the_shop: Dispatch) -> None:
    wish = opened(at_the_shop, category="small_wish")
    assert take(at_the_shop, wish, "claim", a_steward("shop")).facts["serving"] == SHOP_SERVES


def test_and_of_who_is_named(at_the_shop: Dispatch) -> None:
    case_id = opened(at_the_shop)
    given = take(at_the_shop, case_id, "transfer", reason="示例", steward="full")
    assert given.facts["serving"] == {"steward": "full", "unit": "g", "partner_kind": "red_steward"}
    unplaced = opened(at_the_shop, position=ELSEWHERE)
    take(at_the_shop, unplaced, "place", unit="h")
    assert take(at_the_shop, unplaced, "assign", steward="shop").facts["serving"] == SHOP_SERVES
