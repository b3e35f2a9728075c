"""The rule book of how long a round took: what its finish clock ran, in the category's own time.

See `test_order_clocks` for how to read it.
"""

import pytest

from tests.support.timed_order import AT_WORK, Rule, TimedOrder, book

OWN_TIME: list[Rule] = [
    ("working time, without the lunch break", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 complete | handling 4:00:00
    """),
    ("around the clock where the limit passes so", "limit 24h", AT_WORK + """
        2026-09-28 15:00 complete | handling 6:00:00
    """),
    ("and where there is no limit", "", AT_WORK + """
        2026-09-28 15:00 complete | handling 6:00:00
    """),
    ("over a holiday, of which nothing counts", "limit 5wd", AT_WORK + """
        2026-10-08 10:00 complete | handling 25:00:00
    """),
    ("over a holiday, of which all counts", "", AT_WORK + """
        2026-10-08 10:00 complete | handling 241:00:00
    """),
    ("since the report was accepted, and not since a steward accepted it", "limit 1wd", """
        2026-09-28 09:00 hear 2026-09-28 08:00
        2026-09-28 10:00 accept
        2026-09-28 11:00 start
        2026-09-28 12:00 complete | handling 4:00:00
    """),
    ("as the limit passes on the day of completion", "limit 5wd", AT_WORK + """
        2026-09-28 12:00 terms limit 240h
        2026-09-28 15:00 complete | handling 6:00:00
    """),
    ("half a second is one", "", AT_WORK + """
        2026-09-28 10:00:00.500 complete | handling 1:00:01
    """),
    ("and less is none", "", AT_WORK + """
        2026-09-28 10:00:00.499 complete | handling 1:00:00
    """),
]  # fmt: skip

STOPPED: list[Rule] = [
    ("not while it was suspended", "limit 5wd", AT_WORK + """
        2026-09-28 11:00 suspend
        2026-09-30 09:00 resume
        2026-09-30 11:00 complete | handling 4:00:00
    """),
    ("nor without a limit", "", AT_WORK + """
        2026-09-28 11:00 suspend
        2026-09-30 09:00 resume
        2026-09-30 11:00 complete | handling 4:00:00
    """),
    ("nor while the resident was asked", "limit 5wd", AT_WORK + """
        2026-09-28 10:00 ask
        2026-09-28 16:00 inform
        2026-09-28 17:00 complete | handling 2:00:00
    """),
    ("nor in either, one after the other over a holiday", "limit 5wd", AT_WORK + """
        2026-09-28 10:00 ask
        2026-09-28 16:00 inform
        2026-09-28 17:00 suspend
        2026-09-30 17:00 resume
        2026-10-08 09:00 complete | handling 4:00:00
    """),
    ("an extension gives time and takes none", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 10:00 extend
        2026-09-28 15:00 complete | handling 4:00:00
    """),
    ("with whoever it went to in between", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 transfer two
        2026-09-28 11:00 accept
        2026-09-28 11:00 start
        2026-09-28 15:00 complete | handling 4:00:00
    """),
]  # fmt: skip

AGAIN: list[Rule] = [
    ("each round its own, and what lies between is nobody's", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete | handling 5:00:00
        2026-10-08 10:00 rework | handling none
        2026-10-08 11:00 accept
        2026-10-08 11:00 start
        2026-10-08 15:00 complete | handling#1 5:00:00, handling#2 3:00:00
    """),
    ("of somebody else too", "", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 10:00 rework_supervised two
        2026-10-08 11:00 accept
        2026-10-08 11:00 start
        2026-10-08 15:00 complete | handling#1 7:00:00, handling#2 5:00:00
    """),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "script"), book(OWN_TIME, STOPPED, AGAIN))
def test_handling(terms: str, script: str) -> None:
    TimedOrder(terms).follow(script)
