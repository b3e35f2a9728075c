"""The rule book of an order's clocks: what stops them, what starts them anew, and what does neither.

Each rule is a script (see `tests.support.timed_order`) of an order in grid g of a category with these terms.
An order opens with steward one unless the script says otherwise. 28 September 2026 is a Monday; National Day
is from Thursday the 1st to Wednesday the 7th of October, and Saturday the 10th is worked.
"""

import pytest

from tests.support.timed_order import AT_WORK, Rule, TimedOrder, book

HOW_LONG: list[Rule] = [
    ("a working day over National Day", "limit 1wd", "2026-09-30 15:00 open | due_at 2026-10-08 15:00"),
    ("three over National Day end on the Saturday", "limit 3wd", "2026-09-30 15:00 open | due_at 2026-10-10 15:00"),
    ("four leave out the Sunday after it", "limit 4wd", "2026-09-30 15:00 open | due_at 2026-10-12 15:00"),
    ("the Sunday before National Day counts", "limit 1wd", "2026-09-18 15:00 open | due_at 2026-09-20 15:00"),
    ("the Saturday before Spring Festival counts", "limit 1wd", "2026-02-13 10:00 open | due_at 2026-02-14 10:00"),
    ("two days over Spring Festival", "limit 2wd", "2026-02-13 10:00 open | due_at 2026-02-24 10:00"),
    ("six end on the second Saturday", "limit 6wd", "2026-02-13 10:00 open | due_at 2026-02-28 10:00"),
    ("opened within a holiday", "limit 4wh", "2026-10-04 11:00 open | due_at 2026-10-08 12:00"),
    ("hours over lunch", "limit 2wh", "2026-09-28 11:00 open | due_at 2026-09-28 15:00"),
    ("opened at lunch", "limit 1wh", "2026-09-28 13:10 open | due_at 2026-09-28 15:00"),
    ("opened in the evening", "limit 1wh", "2026-09-28 21:40 open | due_at 2026-09-29 09:00"),
    ("continuous hours know no holiday", "limit 24h", "2026-09-30 18:00 open | due_at 2026-10-01 18:00"),
    ("nor do minutes", "limit 30m", "2026-10-03 23:45 open | due_at 2026-10-04 00:15"),
    ("accept and finish clocks side by side", "accept_limit 2h, limit 1wd", """
        2026-09-30 15:00 open | accept_by 2026-09-30 17:00, due_at 2026-10-08 15:00
    """),
    ("it runs since the report was accepted, however late dispatch heard of it", "accept_limit 1wh, limit 1wd", """
        2026-09-28 11:00 hear 2026-09-28 09:00 | due_at 2026-09-29 09:00, accept_by 2026-09-28 12:00
    """),
    ("no limit at all", "", """
        2026-09-28 09:00 open | due_at none, accept_by none, verify_by none
        2026-09-28 09:00 accept
        2026-09-28 09:00 start
        2027-09-28 09:00 complete | in_time yes, due_at#1 none
    """),
]  # fmt: skip

UNTIL_ACCEPTED: list[Rule] = [
    ("stops on acceptance", "accept_limit 2wh, limit 1wd", """
        2026-09-28 09:00 open | accept_by 2026-09-28 11:00
        2026-09-28 10:00 accept | accept_by none
    """),
    ("runs while the order waits for a dispatcher", "accept_limit 2wh", """
        2026-09-28 09:00 open nobody | accept_by 2026-09-28 11:00
    """),
    ("somebody else has the whole of it again", "accept_limit 2wh", """
        2026-09-28 09:00 open | accept_by 2026-09-28 11:00
        2026-09-28 10:00 return two | accept_by 2026-09-28 12:00
    """),
    ("so has the dispatcher, and then whom they assign", "accept_limit 2wh", """
        2026-09-28 09:00 open
        2026-09-28 10:30 return | accept_by 2026-09-28 14:30
        2026-09-28 11:00 assign | accept_by 2026-09-28 15:00
    """),
    ("so has who claims", "accept_limit 2wh", """
        2026-09-28 09:00 open pool | accept_by 2026-09-28 11:00
        2026-09-28 10:00 claim | accept_by 2026-09-28 12:00
    """),
    ("so has who gets it by a transfer before it was accepted", "accept_limit 2wh", """
        2026-09-28 09:00 open
        2026-09-28 10:00 transfer two | accept_by 2026-09-28 12:00
    """),
    ("and after", "accept_limit 2wh", """
        2026-09-28 09:00 open
        2026-09-28 09:30 accept | accept_by none
        2026-09-28 10:00 transfer two | accept_by 2026-09-28 12:00
    """),
    ("placing it starts none anew", "accept_limit 2wh", """
        2026-09-28 09:00 open_nowhere | accept_by 2026-09-28 11:00
        2026-09-28 10:00 place | accept_by 2026-09-28 11:00
    """),
    ("nor does the pool", "accept_limit 2wh", """
        2026-09-28 09:00 open nobody
        2026-09-28 10:00 pool | accept_by 2026-09-28 11:00
        2026-09-28 10:30 pool | accept_by 2026-09-28 11:00
    """),
    ("nor anything that is said about it", "accept_limit 2wh, limit 1wd", """
        2026-09-28 09:00 open
        2026-09-28 10:00 convene | accept_by 2026-09-28 11:00
        2026-09-28 10:10 match | accept_by 2026-09-28 11:00
        2026-09-28 10:20 follow | accept_by 2026-09-28 11:00
        2026-09-28 10:40 ring | accept_by 2026-09-28 11:00
    """),
    ("stands still while people deliberate, and is a new wait after", "accept_limit 2wh", """
        2026-09-28 09:00 open nobody
        2026-09-28 10:00 deliberate | accept_by none
        2026-09-29 09:00 raise | accept_by none
        2026-09-30 09:00 decide | accept_by 2026-09-30 11:00
    """),
    ("each rework is accepted anew", "accept_limit 2wh", """
        2026-09-28 09:00 open
        2026-09-28 09:00 accept
        2026-09-28 09:00 start
        2026-09-28 10:00 complete
        2026-09-29 09:00 rework | accept_by 2026-09-29 11:00
        2026-09-29 10:00 accept | accept_by none
    """),
    ("stops when the case is withdrawn", "accept_limit 2wh, limit 1wd", """
        2026-09-28 09:00 open
        2026-09-28 10:00 cancel | accept_by none, due_at none
    """),
]  # fmt: skip

NEVER_STARTED_ANEW: list[Rule] = [
    ("not by going from hand to hand", "limit 2wd", """
        2026-09-28 09:00 open nobody | due_at 2026-09-30 09:00
        2026-09-28 09:30 place | due_at 2026-09-30 09:00
        2026-09-28 10:00 pool | due_at 2026-09-30 09:00
        2026-09-28 10:30 claim | due_at 2026-09-30 09:00
        2026-09-28 11:00 return | due_at 2026-09-30 09:00
        2026-09-28 14:00 assign | due_at 2026-09-30 09:00
        2026-09-28 15:00 transfer one | due_at 2026-09-30 09:00
    """),
    ("not by acceptance and start", "limit 2wd", """
        2026-09-28 09:00 open | due_at 2026-09-30 09:00
        2026-09-28 16:00 accept | due_at 2026-09-30 09:00
        2026-09-29 16:00 start | due_at 2026-09-30 09:00
    """),
    ("not by a transfer out of the middle of the work", "limit 2wd", AT_WORK + """
        2026-09-29 09:00 transfer two | due_at 2026-09-30 09:00
        2026-09-29 10:00 accept | due_at 2026-09-30 09:00
    """),
    ("not by a deliberation, during which it runs", "limit 2wd", """
        2026-09-28 09:00 open nobody
        2026-09-28 10:00 deliberate | due_at 2026-09-30 09:00
        2026-09-29 10:00 raise | due_at 2026-09-30 09:00
        2026-09-29 15:00 decide two | due_at 2026-09-30 09:00
    """),
    ("not by calling others in, nor by their parts", "limit 2wd", AT_WORK + """
        2026-09-28 10:00 convene | due_at 2026-09-30 09:00
        2026-09-29 10:00 finish_part | due_at 2026-09-30 09:00
    """),
    ("not by the plan of a project", "kind project, limit 2wd", AT_WORK + """
        2026-09-28 10:00 plan | due_at 2026-09-30 09:00
        2026-09-28 11:00 reach | due_at 2026-09-30 09:00
        2026-09-28 15:00 plan | due_at 2026-09-30 09:00
    """),
    ("not by a further reporter, an offer, or the timer", "limit 2wd", AT_WORK + """
        2026-09-28 10:00 follow | due_at 2026-09-30 09:00
        2026-09-28 11:00 match | due_at 2026-09-30 09:00
        2026-09-29 17:00 ring | due_at 2026-09-30 09:00
    """),
    ("not by asking for an extension, nor by a refusal", "limit 2wd", AT_WORK + """
        2026-09-28 10:00 ask_extension | due_at 2026-09-30 09:00
        2026-09-28 11:00 refuse_extension | due_at 2026-09-30 09:00
    """),
]  # fmt: skip

DONE: list[Rule] = [
    ("it stops on completion, and the round keeps it", "limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete | due_at none, due_at#1 2026-09-29 09:00, in_time yes
    """),
    ("exactly at the deadline is in time", "limit 1wd", AT_WORK + """
        2026-09-29 09:00 complete | in_time yes
    """),
    ("a millisecond later is not", "limit 1wd", AT_WORK + """
        2026-09-29 09:00:00.001 complete | in_time no, due_at#1 2026-09-29 09:00
    """),
    ("after hours is in time if it is due the next morning", "limit 1wd", AT_WORK + """
        2026-09-29 03:00 complete | in_time yes
    """),
    ("in the evening is late if it was due at 18:00", "limit 1wd", """
        2026-09-28 08:00 open | due_at 2026-09-28 18:00
        2026-09-28 08:00 accept
        2026-09-28 08:00 start
        2026-09-28 18:30 complete | in_time no
    """),
    ("nothing runs once it is closed", "accept_limit 2wh, limit 1wd", AT_WORK + """
        2026-09-28 16:00 complete
        2026-10-08 09:00 close | due_at none, accept_by none, verify_by none, in_time yes
    """),
]  # fmt: skip


@pytest.mark.parametrize(("terms", "script"), book(HOW_LONG, UNTIL_ACCEPTED, NEVER_STARTED_ANEW, DONE))
def test_clock(terms: str, script: str) -> None:
    TimedOrder(terms).follow(script)
