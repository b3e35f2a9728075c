"""Every row of a checked list as a report. Sent again it goes on where it stopped, and enters nothing twice."""

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from functools import partial
from operator import call
from typing import Any

from eventlet import GreenPool
from uuid_utils import uuid7

from services.gateway.imports.checking import Entry
from shared.contracts.topology import INTAKE
from shared.kernel.errors import Invalid
from shared.runtime.calls import Calls

AT_ONCE = 8
"""Rows that intake is asked to enter at the same time: it has to serve others meanwhile."""

Outcome = dict[str, Any]


def enter(calls: Calls, list_id: str, by: Mapping[str, Any], entries: Sequence[Entry]) -> list[Outcome]:
    """What became of each row, in their order. Raises Unavailable at once: the rest waits for the list to come again.

    Each row is entered in the context of the request: its trace and its log lines are found from there.
    `list_id`: of its content; with the number of the row it is the key under which intake knows the report again.
    """
    pool = GreenPool(AT_ONCE)
    outcomes: list[Outcome] = []
    rows = [partial(copy_context().run, _enter, calls, list_id, by, entry) for entry in entries]
    for first in range(0, len(rows), AT_ONCE):
        outcomes += pool.imap(call, rows[first : first + AT_ONCE])
    return outcomes


def _enter(calls: Calls, list_id: str, by: Mapping[str, Any], entry: Entry) -> Outcome:
    asked = {"case_id": str(uuid7()), "by": by, "key": f"{list_id}-{entry.row}", "body": entry.body}
    try:
        report = calls.call(INTAKE, "carry_out", verb="submit", request=asked)
    except Invalid as refusal:
        problems = [{"field": field, "messages": messages} for field, messages in refusal.errors.items()]
        return {"row": entry.row, "problems": problems}
    return {"row": entry.row} | {name: report[name] for name in ("case_id", "follow_token") if name in report}
