"""The rule book of an order's clocks, continued: what stops the finish clock, and what gives it more.

See `test_order_clocks` for how to read it.
"""

import pytest

from tests.support.timed_order import AT_WORK, Rule, TimedOrder, book

STOPPED: list[Rule] = [
    ("a suspended order keeps what was left", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend | due_at none
        2026-09-30 09:00 resume | due_at 2026-09-30 15:00
    """),
    ("also over a holiday", "limit 2wd", """
        2026-09-29 15:00 open | due_at 2026-10-08 15:00
        2026-09-29 15:00 accept
        2026-09-29 15:00 start
        2026-09-30 09:00 suspend until 2026-10-12 08:00 | due_at none
        2026-10-12 08:00 ring | due_at 2026-10-13 12:00
    """),
    ("and in continuous hours", "limit 24h", """
        2026-09-30 12:00 open | due_at 2026-10-01 12:00
        2026-09-30 12:00 accept
        2026-09-30 12:00 start
        2026-09-30 18:00 suspend
        2026-10-08 08:00 resume | due_at 2026-10-09 02:00
    """),
    ("a night's suspension saves no working time", "limit 1wd", AT_WORK + """
        2026-09-28 20:00 suspend
        2026-09-29 07:00 resume | due_at 2026-09-29 09:00
    """),
    ("it resumes by itself, and not before", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend until 2026-09-30 09:00
        2026-09-30 08:59:59.999 ring | nothing
        2026-09-30 09:00 ring | due_at 2026-09-30 15:00
    """),
    ("a late timer takes nothing from what was left", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend until 2026-09-29 09:00
        2026-09-30 09:00 ring | due_at 2026-09-30 15:00
    """),
    ("once only", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend
        2026-09-28 16:00 suspend | impossible
        2026-09-28 17:00 resume
        2026-09-28 17:30 suspend | refused until
    """),
    ("nor once more in a rework", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend
        2026-09-28 16:00 resume
        2026-09-28 16:30 complete
        2026-09-29 09:00 rework
        2026-09-29 09:00 accept
        2026-09-29 09:00 start
        2026-09-29 10:00 suspend | refused until
    """),
    ("at most a year", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend until 2027-09-28 15:01 | refused until
        2026-09-28 15:00 suspend until 2027-09-28 15:00 | due_at none
    """),
    ("not until a moment that has passed", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend until 2026-09-28 15:00 | refused until
    """),
    ("an overdue order is overdue again when it resumes", "limit 2wh", AT_WORK + """
        2026-09-28 15:00 suspend | due_at none
        2026-09-29 09:00 resume | due_at 2026-09-28 11:00
        2026-09-29 09:00 complete | in_time no
    """),
    ("a question to the resident stops it as well", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 ask | due_at none
        2026-09-30 09:00 inform | due_at 2026-09-30 15:00
    """),
    ("as often as there are questions", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask
        2026-09-28 15:00 inform | due_at 2026-09-29 12:00
        2026-09-28 16:00 ask
        2026-10-08 08:00 inform | due_at 2026-10-08 16:00
    """),
    ("of a stopped order nothing is late", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 ask
        2026-10-05 14:59 ring | nothing
        2026-10-05 14:59 inform | due_at 2026-10-08 12:00
        2026-10-08 12:00 complete | in_time yes
    """),
    ("a question that nobody answers holds the work up for a week", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 ask | wake_at 2026-10-05 15:00
        2026-10-05 15:00 ring | due_at 2026-10-08 12:00
    """),
]  # fmt: skip

EXTENDED: list[Rule] = [
    ("the limit once more, twice, and not thrice", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 extend | due_at 2026-09-30 09:00
        2026-09-29 10:00 ask_extension
        2026-09-29 11:00 extend | due_at 2026-10-08 09:00
        2026-09-29 14:00 ask_extension | refused extension
    """),
    ("from the deadline, not from when it was granted", "limit 24h", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-29 08:59:59.999 extend | due_at 2026-09-30 09:00
    """),
    ("who finishes within it is in time", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 extend
        2026-09-30 09:00 complete | in_time yes, due_at#1 2026-09-30 09:00
    """),
    ("not without being asked", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 extend | refused extension
    """),
    ("each is asked for", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 extend | due_at 2026-09-30 09:00
        2026-09-28 12:00 extend | refused extension
    """),
    ("not once overdue", "limit 1wd", AT_WORK + """
        2026-09-29 09:00 ask_extension | refused extension
    """),
    ("nor if it was asked for in time", "limit 1wd", AT_WORK + """
        2026-09-29 08:59 ask_extension
        2026-09-29 09:00 extend | refused extension
    """),
    ("nothing to refuse where nobody asked", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 refuse_extension | refused extension
    """),
    ("after a refusal one may ask again", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 refuse_extension
        2026-09-28 11:30 extend | refused extension
        2026-09-28 14:00 ask_extension
        2026-09-28 15:00 extend | due_at 2026-09-30 09:00
    """),
    ("nothing to extend where there is no limit", "", AT_WORK + """
        2026-09-28 10:00 ask_extension | refused extension
    """),
    ("after a suspension it adds to what was left", "limit 1wd", AT_WORK + """
        2026-09-28 15:00 suspend
        2026-09-30 09:00 resume | due_at 2026-09-30 15:00
        2026-09-30 10:00 ask_extension
        2026-09-30 10:00 extend | due_at 2026-10-08 15:00
    """),
    ("and before one it is kept", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 10:00 extend | due_at 2026-09-30 09:00
        2026-09-29 09:00 suspend
        2026-10-08 09:00 resume | due_at 2026-10-09 09:00
    """),
    ("who takes the order over has to ask for themselves", "limit 2wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 transfer two
        2026-09-28 11:00 accept
        2026-09-28 11:30 extend | refused extension
    """),
    ("a rework has two of its own, asked for anew", "limit 1wd", AT_WORK + """
        2026-09-28 10:00 ask_extension
        2026-09-28 11:00 extend
        2026-09-28 14:00 ask_extension
        2026-09-28 16:00 complete
        2026-10-08 09:00 rework | due_at 2026-10-09 09:00
        2026-10-08 09:00 accept
        2026-10-08 10:00 extend | refused extension
        2026-10-08 10:00 ask_extension
        2026-10-08 10:00 extend | due_at 2026-10-10 09:00
        2026-10-08 11:00 ask_extension
        2026-10-08 11:00 extend | due_at 2026-10-12 09:00
    """),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "script"), book(STOPPED, EXTENDED))
def test_clock(terms: str, script: str) -> None:
    TimedOrder(terms).follow(script)
