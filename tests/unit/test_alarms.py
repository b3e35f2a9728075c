"""The ladder of alarms: a warning, supervision 督办, then one level up after another, each once. Times are Beijing's.

The orders lie in grid g of estate e, community c, street s, district d, and open on Monday, 28 September 2026.
"""

from uuid import uuid4

import pytest

from services.dispatch.domain import clocks
from services.dispatch.domain.alarms import above, supervisor
from services.dispatch.handlers import BATCH, Dispatch
from tests.support.calendar import beijing
from tests.support.district import RULEBOOK, directory
from tests.support.memory import InMemoryOrders
from tests.support.orders import report
from tests.support.people import NOON
from tests.support.timed_order import AT_WORK, PATH, TimedOrder, in_beijing

LATER = "2026-12-31 09:00"
OPENED = "2026-09-28 09:00 open"


def an_order(terms: str, *steps: str) -> TimedOrder:
    one = TimedOrder(terms)
    for step in steps:
        one.follow(step)
    return one


def let_ring(one: TimedOrder) -> list[str]:
    """Every alarm to come, each at its moment."""
    before = one.order.version
    while wake_at := one.order.facts.get("wake_at"):
        one.take("ring", wake_at)
    return told_since(one, before)


def told_since(one: TimedOrder, version: int) -> list[str]:
    """When, which clock did what, and who supervised it from then on."""
    return [
        f"{in_beijing(event.at)} {event.facts['alarm']} {event.verb} {event.facts.get('supervisor') or ''}".strip()
        for event in one.order.history[version:]
        if "alarm" in event.facts
    ]


def all_at_once(one: TimedOrder, at: str) -> list[str]:
    before = one.order.version
    one.do(f"{at} ring")
    return [told.removeprefix(f"{at} ") for told in told_since(one, before)]


def test_the_ladder_in_continuous_time() -> None:
    assert let_ring(an_order("limit 10h", OPENED)) == [
        "2026-09-28 17:00 finish warn",
        "2026-09-28 19:00 finish supervise e",
        "2026-09-29 00:00 finish escalate c",
        "2026-09-29 05:00 finish escalate s",
        "2026-09-29 10:00 finish escalate d",
    ]


def test_the_ladder_in_working_time() -> None:
    assert let_ring(an_order("limit 1wd", "2026-09-29 09:00 open")) == [
        "2026-09-29 17:24 finish warn",
        "2026-09-30 09:00 finish supervise e",
        "2026-09-30 15:00 finish escalate c",
        "2026-10-08 09:00 finish escalate s",
        "2026-10-08 15:00 finish escalate d",
    ]


def test_both_clocks_side_by_side_up_one_ladder() -> None:
    assert let_ring(an_order("accept_limit 5h, limit 10h", OPENED)) == [
        "2026-09-28 13:00 accept warn",
        "2026-09-28 14:00 accept supervise e",
        "2026-09-28 16:30 accept escalate c",
        "2026-09-28 17:00 finish warn",
        "2026-09-28 19:00 accept escalate s",
        "2026-09-28 19:00 finish supervise s",
        "2026-09-28 21:30 accept escalate d",
    ]


def test_who_accepts_silences_the_first_clock_only() -> None:
    assert let_ring(an_order("accept_limit 2h, limit 10h", OPENED, "2026-09-28 10:30 accept"))[:2] == [
        "2026-09-28 17:00 finish warn",
        "2026-09-28 19:00 finish supervise e",
    ]


def test_another_holder_is_warned_again() -> None:
    one = an_order("accept_limit 5h", OPENED, "2026-09-28 13:30 ring", "2026-09-28 13:30 return two")
    assert let_ring(one)[:2] == ["2026-09-28 17:30 accept warn", "2026-09-28 18:30 accept supervise e"]


def test_a_warning_comes_only_after_four_fifths() -> None:
    one = an_order("limit 10h", OPENED)
    one.follow("2026-09-28 16:59:59.999 ring | nothing")
    assert all_at_once(one, "2026-09-28 17:00") == ["finish warn"]


@pytest.mark.parametrize("at", ["2026-09-28 17:30", "2026-09-28 19:00", "2026-09-29 00:01", LATER])
def test_however_often_it_rings_each_rung_goes_off_once(at: str) -> None:
    one = an_order("accept_limit 1h, limit 10h", OPENED)
    assert all_at_once(one, at) != []
    for _ in range(3):
        one.follow(f"{at} ring | nothing")


def test_after_a_long_absence_all_that_was_missed_happens_in_order() -> None:
    assert all_at_once(an_order("accept_limit 5h, limit 10h", OPENED), LATER) == [
        "accept warn",
        "accept supervise e",
        "accept escalate c",
        "finish warn",
        "accept escalate s",
        "finish supervise s",
        "accept escalate d",
    ]


@pytest.mark.parametrize(
    "script",
    [
        AT_WORK + "2026-09-28 10:00 complete",
        AT_WORK + "2026-09-28 10:00 complete\n2026-09-28 11:00 close",
        AT_WORK + "2026-09-28 10:00 suspend until 2027-09-28 10:00",
        "2026-09-28 09:00 open\n2026-09-28 10:00 cancel",
    ],
)
def test_what_is_done_or_stopped_rings_nothing(script: str) -> None:
    one = an_order("accept_limit 2h, limit 10h", script)
    one.follow(f"{LATER} ring | nothing")
    assert one.says("wake_at") in ("none", "2027-09-28 10:00")


def test_what_is_verified_is_silent_too() -> None:
    one = an_order("limit 10h, verification", AT_WORK, "2026-09-28 10:00 complete", "2026-09-28 11:00 verify")
    assert let_ring(one) == []


def test_an_inspector_is_reminded_as_a_steward_is() -> None:
    assert let_ring(an_order("limit 10h, verification", AT_WORK, "2026-09-29 09:00 complete"))[:3] == [
        "2026-09-29 17:24 verify warn",
        "2026-09-30 09:00 verify supervise e",
        "2026-09-30 15:00 verify escalate c",
    ]


def test_a_suspended_order_wakes_to_resume_and_goes_on_up_the_ladder() -> None:
    one = an_order("limit 10h", AT_WORK, "2026-09-28 18:00 ring", "2026-09-28 18:00 suspend until 2026-10-08 18:00")
    assert one.says("wake_at") == "2026-10-08 18:00"
    assert let_ring(one)[:2] == ["2026-10-08 19:00 finish supervise e", "2026-10-09 00:00 finish escalate c"]


def test_an_extension_arms_the_warning_again() -> None:
    one = an_order("limit 10h", AT_WORK, "2026-09-28 17:30 ring", "2026-09-28 18:00 ask_extension")
    one.do("2026-09-28 18:00 extend")
    assert let_ring(one)[:3] == [
        "2026-09-29 03:00 finish warn",
        "2026-09-29 05:00 finish supervise e",
        "2026-09-29 10:00 finish escalate c",
    ]


def test_without_a_known_place_nobody_is_above_until_it_is_known() -> None:
    one = an_order("accept_limit 10h", "2026-09-28 09:00 open_nowhere")
    assert let_ring(one) == ["2026-09-28 17:00 accept warn", "2026-09-28 19:00 accept supervise"]
    one.do("2026-09-29 01:00 place")
    assert one.says("wake_at") == "2026-09-29 00:00"
    assert all_at_once(one, "2026-09-29 01:00") == ["accept escalate e"]
    assert let_ring(one)[0] == "2026-09-29 05:00 accept escalate c"


def test_a_rework_starts_the_ladder_anew_where_supervision_had_risen_to() -> None:
    one = an_order("limit 10h", AT_WORK, "2026-09-29 01:00 ring", "2026-09-29 01:00 complete")
    one.do("2026-09-30 09:00 rework")
    assert let_ring(one) == [
        "2026-09-30 17:00 finish warn",
        "2026-09-30 19:00 finish supervise c",
        "2026-10-01 00:00 finish escalate s",
        "2026-10-01 05:00 finish escalate d",
    ]


def test_a_supervised_rework_is_supervised_from_one_level_further_up() -> None:
    one = an_order("limit 10h", AT_WORK, "2026-09-28 10:00 complete", "2026-09-30 09:00 rework_supervised two")
    assert one.order.facts["supervisor"] == "c"
    assert let_ring(one)[1:3] == ["2026-09-30 19:00 finish supervise c", "2026-10-01 00:00 finish escalate s"]


def test_supervision_never_goes_down() -> None:
    one = an_order("limit 10h", AT_WORK, "2026-09-29 06:00 ring", "2026-09-29 06:00 complete")
    assert one.order.facts["supervisor"] == "s"
    one.do("2026-09-30 09:00 rework_supervised two")
    assert one.order.facts["supervisor"] == "s"


def test_a_limit_that_has_become_shorter_rings_for_what_it_makes_late() -> None:
    one = an_order("limit 10h", OPENED, "2026-09-28 13:30 terms limit 4h")
    assert one.says("wake_at") == "2026-09-28 12:12"
    assert all_at_once(one, "2026-09-28 13:30") == ["finish warn", "finish supervise e"]


def test_a_limit_that_has_become_longer_does_not_warn_twice() -> None:
    one = an_order("limit 10h", OPENED, "2026-09-28 19:00 ring", "2026-09-28 20:00 terms limit 20h")
    assert let_ring(one)[0] == "2026-09-29 15:00 finish escalate c"


def test_no_limit_no_alarm() -> None:
    assert let_ring(an_order("", OPENED)) == []


@pytest.mark.parametrize(("unit", "higher"), [("g", "e"), ("e", "c"), ("s", "d"), ("d", "d"), (None, "e"), ("x", "e")])
def test_above(unit: str | None, higher: str) -> None:
    assert above(PATH, unit) == higher
    assert above((), unit) is None


@pytest.mark.parametrize(
    ("path", "so_far", "then"),
    [(PATH, None, "e"), (PATH, "s", "s"), (PATH, "elsewhere", "e"), (("d",), None, "d"), ((), None, None)],
)
def test_who_supervises(path: tuple[str, ...], so_far: str | None, then: str | None) -> None:
    assert supervisor(path, so_far) == then


def test_the_timer_comes_to_every_order_however_many() -> None:
    orders = InMemoryOrders()
    dispatch = Dispatch(orders, directory(), RULEBOOK)
    dispatch.follow([report(str(uuid4())) for _ in range(BATCH + 1)], NOON)
    dispatch.ring(beijing(LATER))
    assert all(order.facts["supervisor"] == "d" and order.facts["wake_at"] is None for order in orders.all())
    versions = [order.version for order in orders.all()]
    dispatch.ring(beijing(LATER))
    assert [order.version for order in orders.all()] == versions


def test_alarms_count_with_the_clock_that_they_are_of() -> None:
    one = an_order("accept_limit 5h, limit 10h", OPENED, "2026-09-28 17:30 ring")
    assert {name: clock.rung for name, clock in clocks.read(one.order.facts).items()} == {"accept": 3, "finish": 1}
