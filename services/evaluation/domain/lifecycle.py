"""What may happen to an evaluation, and who may make it happen."""

from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, RESIDENT, STEWARD, SYSTEM
from shared.kernel.lifecycle import NEW, Verb

TRANSITIONS: dict[tuple[str | None, str], str] = {
    (NEW, "note"): "reported",  # 上报: nobody serves it yet
    (NEW, "expect"): "expected",  # the order was heard of before the report
    ("reported", "expect"): "expected",  # 立案: the case is being served
    ("reported", "void"): "void",  # rejected, withdrawn or merged
    ("void", "restore"): "reported",  # taken out of the report that it was merged into
    ("expected", "invite"): "invited",
    ("expected", "void"): "void",  # withdrawn before service
    ("expected", "expect_again"): "expected",  # done once more before anybody rated it
    ("invited", "expect_again"): "expected",
    ("rated", "expect_again"): "expected",
    ("rated", "rate"): "rated",  # several reported it
    ("invited", "rate"): "rated",
    ("invited", "expire"): "expired",
    ("rated", "settle"): "settled",
    ("rated", "request_rework"): "expected",
    ("settled", "appeal"): "disputed",  # 申诉
    ("expired", "appeal"): "disputed",
    ("disputed", "review"): "disputed",
    ("disputed", "decide"): "settled",
    ("disputed", "reopen"): "expected",
    ("settled", "reopen"): "expected",
    ("expired", "reopen"): "expected",
}

SERVED_IN = ("expected", "invited", "rated", "disputed", "settled", "expired")
"""States of a case that has an order which goes on."""
CLOSED_IN = ("disputed", "settled", "expired")
OPEN = frozenset({"reported", "expected", "invited", "rated", "disputed"})
"""States in which something is still to come."""

WHILE: dict[str, tuple[str, ...]] = {
    "note": (*SERVED_IN, "reported", "void"),
    "follow": (*SERVED_IN, "void"),
    "run_late": ("expected",),
    "issue_link": ("invited", "rated"),
    "erase": ("void", "settled", "expired", "disputed"),
}
"""Verbs that leave the evaluation in its state, and the states in which they are possible."""

TRANSITIONS |= {(state, verb): state for verb, states in WHILE.items() for state in states}

VERBS: dict[str, Verb] = {
    "note": Verb(types.REPORT_NOTED, (SYSTEM,)),
    "expect": Verb(types.EVALUATION_EXPECTED, (SYSTEM,)),
    "follow": Verb(types.SERVICE_NOTED, (SYSTEM,)),
    "run_late": Verb(types.SERVICE_OVERDUE, (SYSTEM,)),
    "expect_again": Verb(types.EVALUATION_EXPECTED_AGAIN, (SYSTEM,)),
    "invite": Verb(types.RATING_INVITED, (SYSTEM,)),
    "void": Verb(types.EVALUATION_VOIDED, (SYSTEM,)),
    "restore": Verb(types.EVALUATION_RESTORED, (SYSTEM,)),
    "issue_link": Verb(types.RATING_LINK_ISSUED, (DISPATCHER, SYSTEM)),
    "rate": Verb(types.CASE_RATED, (RESIDENT,)),
    "expire": Verb(types.RATING_EXPIRED, (SYSTEM,)),
    "settle": Verb(types.CASE_SETTLED, (SYSTEM,)),
    "request_rework": Verb(types.REWORK_REQUESTED, (SYSTEM,)),
    "appeal": Verb(types.EVALUATION_APPEALED, (STEWARD, DISPATCHER)),
    "review": Verb(types.APPEAL_REVIEWED, (DISPATCHER,)),
    "decide": Verb(types.APPEAL_DECIDED, (SYSTEM,)),
    "reopen": Verb(types.EVALUATION_REOPENED, (RESIDENT, DISPATCHER, SYSTEM)),
    "erase": Verb(types.EVALUATION_ERASED, (SYSTEM,)),
}

OPEN_WINDOW = frozenset({"invited", "rated"})
