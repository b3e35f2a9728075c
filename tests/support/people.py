"""Who acts in the tests, when, and with which key."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from services.evaluation.domain.terms import Terms
from services.intake.triage import CATEGORY_KNOWN, NO_CATEGORY, Action, Verdict
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from shared.kernel.case import Receipt
from shared.kernel.commands import Command, digest

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WINDOW = timedelta(days=7)
TERMS = Terms(rating_window=WINDOW, appeal_window=timedelta(days=7), alias=lambda case_id: "sample-alias")
LINK_KEY = b"a key for rating links in tests"

SURE = Verdict(CATEGORY_KNOWN, Action.ACCEPT)
"""What triage says of a report that nothing speaks against."""
UNSURE = Verdict(NO_CATEGORY, Action.PERSON)

RESIDENT_ONE = Actor("sample-resident-1", RESIDENT)
RESIDENT_TWO = Actor("sample-resident-2", RESIDENT)
HEAD = Actor("sample-dispatcher", DISPATCHER, "d")
LOOKER = Actor("sample-inspector", INSPECTOR, "d")

_keys = count(1)


def a_steward(subject: str) -> Actor:
    return Actor(subject, STEWARD)


def command(by: Actor, case_id: str = "", key: str | None = None, **body: Any) -> Command:
    """With a key of its own unless one is given."""
    return Command(case_id, by, Receipt(key or f"key-{next(_keys)}", digest("test", body)), body)
