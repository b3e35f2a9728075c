"""The rule book of an order's clocks, concluded: other limits, or another calendar, than when it began.

See `test_order_clocks` for how to read it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.dispatch.handlers import Dispatch
from shared.kernel.limits import Limit
from tests.support.district import CATALOGUE, RULEBOOK, directory
from tests.support.memory import InMemoryOrders
from tests.support.orders import GRID, opened, order, report, take
from tests.support.people import NOON
from tests.support.timed_order import AT_WORK, Rule, TimedOrder, book

CHANGED: list[Rule] = [
    ("a longer limit counts from the beginning", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 terms limit 2wd | due_at 2026-09-30 09:00
    """),
    ("a shorter one as well, and may have run out", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 terms limit 2wh | due_at 2026-09-28 11:00
    """),
    ("hours become working hours", "limit 24h", AT_WORK + """
        2026-09-28 10:00 terms limit 24wh | due_at 2026-10-08 09:00
    """),
    ("a first limit counts from the beginning", "", AT_WORK + """
        2026-09-28 15:00 terms limit 1wd | due_at 2026-09-29 09:00
    """),
    ("a limit that is dropped is gone", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 terms | due_at none
    """),
    ("a new accept limit", "accept_limit 2wh", """
        2026-09-28 09:00 open
        2026-09-28 10:00 terms accept_limit 4wh | accept_by 2026-09-28 15:00
    """),
    ("a new holiday", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 holiday 2026-09-29 | due_at 2026-09-30 09:00
    """),
    ("a make-up Saturday that falls away", "limit 3wd", """
        2026-09-30 15:00 open | due_at 2026-10-10 15:00
        2026-10-01 09:00 holiday 2026-10-10 | due_at 2026-10-12 15:00
    """),
    ("a new holiday does not touch continuous hours", "limit 24h", AT_WORK + """
        2026-09-28 10:00 holiday 2026-09-29 | nothing
    """),
    ("a holiday after the deadline changes nothing", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 holiday 2026-10-12 | nothing
    """),
    ("the same limit changes nothing, however late", "accept_limit 2wh, limit 1wd", AT_WORK + """
        2026-10-12 10:00 terms accept_limit 2wh, limit 1wd | nothing
    """),
    ("extensions are of the new limit", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 10:00 extend | due_at 2026-09-30 09:00
        2026-09-28 11:00 terms limit 4wh | due_at 2026-09-29 09:00
    """),
    ("a suspended order hears of it when it resumes", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend
        2026-09-29 09:00 terms limit 2wd | nothing
        2026-09-30 09:00 resume | due_at 2026-10-08 15:00
    """),
    ("so does one that waits for the resident", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 ask
        2026-09-29 09:00 terms limit 2wd | nothing
        2026-09-30 09:00 inform | due_at 2026-10-08 15:00
    """),
    ("what was served keeps its deadline, and was in time", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-09-28 17:00 terms limit 2wh | nothing
        2026-09-28 17:00 rework | due_at 2026-09-29 09:00, due_at#1 2026-09-29 09:00, in_time#1 yes
    """),
    ("nor does a closed order change", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-09-29 16:00 close
        2026-09-30 09:00 terms limit 2wh, accept_limit 1wh, verification | nothing
    """),
    ("nor a withdrawn one", "limit 1wd", """
        2026-09-28 09:00 open
        2026-09-28 10:00 cancel
        2026-09-30 09:00 terms limit 2wh, verification | nothing
    """),
    ("what was completed unverified is not verified after all", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-09-28 17:00 terms limit 1wd, verification | nothing
    """),
    ("what was to be verified still is", "limit 1wd, verification", AT_WORK + """
        2026-09-28 15:00 complete | verify_by 2026-09-29 15:00
        2026-09-28 17:00 terms limit 1wd | nothing
        2026-09-29 09:00 verify | verify_by none
    """),
    ("a suspended order of a category that is now verified", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend
        2026-09-29 09:00 terms limit 1wd, verification | nothing
        2026-09-30 09:00 resume
        2026-09-30 10:00 complete | verify_by 2026-10-08 10:00
    """),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "script"), book(CHANGED))
def test_clock(terms: str, script: str) -> None:
    TimedOrder(terms).follow(script)


def accepted(dispatch: Dispatch, case_id: str) -> None:
    take(dispatch, case_id, "accept", GRID)


def told_of_a_follower(dispatch: Dispatch, case_id: str) -> None:
    assert dispatch.follow([report(case_id, sequence=3, followers=["sample-resident-2"])], NOON) == []


def warned(dispatch: Dispatch, case_id: str) -> None:
    dispatch.ring(NOON + timedelta(days=1))


@pytest.mark.parametrize("step", [accepted, told_of_a_follower, warned])
def test_who_is_quicker_than_the_new_limits_goes_by_them(
    dispatch: Dispatch, orders: InMemoryOrders, step: Callable[[Dispatch, str], None]
) -> None:
    case_id = opened(dispatch)
    longer = {**CATALOGUE, "cleaning": replace(CATALOGUE["cleaning"], limit=Limit.parse("9wd"))}
    step(Dispatch(orders, directory(), replace(RULEBOOK, catalogue=longer)), case_id)
    verbs = [event.verb for event in order(orders, case_id).history]
    assert verbs[:3] == ["open", "assign", "reschedule"]
    assert len(verbs) > 3
    assert "due_at" not in order(orders, case_id).history[3].facts


def test_an_order_of_a_category_that_is_gone_keeps_no_other_waiting(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    another = {**CATALOGUE, "another": replace(CATALOGUE["cleaning"], code="another")}
    gone = opened(Dispatch(orders, directory(), replace(RULEBOOK, catalogue=another)), category="another")
    known = opened(dispatch)
    dispatch.reschedule(NOON)
    dispatch.ring(NOON + timedelta(hours=3))
    assert order(orders, known).facts["supervised"]
    assert "supervised" not in order(orders, gone).facts
