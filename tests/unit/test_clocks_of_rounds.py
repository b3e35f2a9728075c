"""The rule book of an order's clocks, continued: done once more, and looked at by somebody else.

See `test_order_clocks` for how to read it.
"""

import pytest

from tests.support.timed_order import AT_WORK, Rule, TimedOrder, book

OPENED_AGAIN: list[Rule] = [
    ("a rework has a finish clock of its own, and the old round keeps what it was", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 10:00 rework | due_at 2026-10-09 10:00, due_at#1 2026-09-29 09:00, in_time#1 yes
    """),
    ("late the first time, in time the second", "limit 1wd", AT_WORK + """
        2026-09-29 15:00 complete | in_time no
        2026-10-08 10:00 rework
        2026-10-08 11:00 accept
        2026-10-08 11:00 start
        2026-10-09 10:00 complete | in_time#1 no, in_time#2 yes, due_at#1 2026-09-29 09:00, due_at#2 2026-10-09 10:00
    """),
    ("in time the first time, late the second", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 complete
        2026-10-08 10:00 rework
        2026-10-08 11:00 accept
        2026-10-08 11:00 start
        2026-10-09 10:01 complete | in_time#1 yes, in_time#2 no
    """),
    ("what an extension and a suspension gave is spent", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 10:00 extend
        2026-09-28 15:00 suspend
        2026-09-29 15:00 resume | due_at 2026-10-08 09:00
        2026-09-29 16:00 complete
        2026-10-08 10:00 rework | due_at 2026-10-09 10:00
    """),
    ("a supervised rework is somebody else's, with both clocks anew", "accept_limit 2wh, limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 10:00 rework_supervised two | due_at 2026-10-09 10:00, accept_by 2026-10-08 12:00, in_time#1 yes
    """),
    ("also where nobody was found yet", "accept_limit 2wh, limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 10:00 rework_supervised nobody | due_at 2026-10-09 10:00, accept_by 2026-10-08 12:00
        2026-10-08 11:00 assign | due_at 2026-10-09 10:00, accept_by 2026-10-08 15:00
    """),
    ("a closed case that a person opens again", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-09-29 16:00 close
        2026-10-12 10:00 reopen | due_at 2026-10-13 10:00, due_at#1 2026-09-29 09:00
    """),
    ("a returned rework keeps its deadline", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 10:00 rework
        2026-10-08 15:00 return two | due_at 2026-10-09 10:00
    """),
]  # fmt: skip

LOOKED_AT: list[Rule] = [
    ("a working day for the inspector, since completion", "limit 1wd, verification", AT_WORK + """
        2026-09-30 15:00 complete | verify_by 2026-10-08 15:00, due_at none, in_time no
        2026-10-08 11:00 verify | verify_by none
    """),
    ("where it is not asked for there is none", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 complete | verify_by none
    """),
    ("how long it takes is not held against the steward", "limit 1wd, verification", AT_WORK + """
        2026-09-28 15:00 complete
        2026-10-12 11:00 verify | in_time yes, due_at none
    """),
    ("sent back the work is a new round, and looked at anew", "limit 1wd, verification", AT_WORK + """
        2026-09-28 15:00 complete | verify_by 2026-09-29 15:00
        2026-09-28 16:00 send_back | verify_by none, due_at 2026-09-29 16:00, in_time#1 yes
        2026-09-28 16:00 accept
        2026-09-28 16:00 start
        2026-09-29 10:00 complete | verify_by 2026-09-30 10:00, in_time#2 yes
    """),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "script"), book(OPENED_AGAIN, LOOKED_AT))
def test_clock(terms: str, script: str) -> None:
    TimedOrder(terms).follow(script)
