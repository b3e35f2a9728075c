"""Updates of requests, as mySociety extends GeoReport v2: what has happened to all of them, one after the other.

A client may add to its own request what it was asked for. It cannot set a state: only the district does.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from services.gateway.open311.arguments import Arguments
from services.gateway.open311.refusals import of_fields
from services.gateway.open311.requests import seconds
from services.gateway.open311.wording import EXTENDED, note_of
from shared.contracts.commands import load
from shared.contracts.fields import moment
from shared.contracts.public_requests import MOST
from shared.contracts.reports import AddInformation
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.actor import Actor
from shared.kernel.errors import IllegalTransition, Invalid, NotFound
from shared.runtime.calls import Calls

LEFT_OPEN = "open"
STATUSES = sorted({*EXTENDED.values(), "closed"})
NOT_YOURS = "A client leaves its request open: only the district says what becomes of it."


def sought(given: Arguments, now: datetime) -> dict[str, Any]:
    """Raises Refused naming all that is wrong."""
    since, until = given.span("start_date", "end_date", now)
    page, size = given.whole("page", MOST, 1), given.whole("page_size", MOST, MOST)
    given.check()
    return {"since": moment(since), "until": moment(until), "skip": (page - 1) * size, "limit": size}


def found(calls: Calls, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The earliest first."""
    rows = calls.call(INTAKE, "list_public_updates", asked=asked)
    return [
        {
            "update_id": f"{row['case_id']}-{row['sequence']}",
            "service_request_id": row["case_id"],
            "status": EXTENDED[row["state"]],
            "updated_datetime": seconds(row["at"]),
            "description": note_of(row["state"]),
            "media_url": None,
        }
        for row in rows
    ]


def add(calls: Calls, given: Arguments, by: Actor, key: str) -> dict[str, Any]:
    """What the client was asked for, by a dispatcher or by who serves it. Raises Refused or a DomainError."""
    case_id, body = given.text("service_request_id"), {"text": given.text("description") or ""}
    _check(given, case_id, body)
    request = {"case_id": case_id, "by": asdict(by), "key": given.text("update_id") or key, "body": body}
    try:
        changed = calls.call(INTAKE, "carry_out", verb="add_information", request=request)
    except IllegalTransition as refusal:
        changed = _answer_steward(calls, request, refusal)
    return {"update_id": f"{changed['case_id']}-{changed['version']}"}


def _answer_steward(calls: Calls, request: Mapping[str, Any], refusal: IllegalTransition) -> Mapping[str, Any]:
    """Raises the refusal where no steward has asked either."""
    try:
        informed: Mapping[str, Any] = calls.call(DISPATCH, "carry_out", verb="inform", request=request)
    except (NotFound, IllegalTransition):
        raise refusal from None
    return informed


def _check(given: Arguments, case_id: str | None, body: Mapping[str, Any]) -> None:
    if case_id is None:
        given.complain("service_request_id", "Say which request it is about.")
    status = (given.text("status") or LEFT_OPEN).lower()
    if status not in STATUSES:
        given.complain("status", f"One of {', '.join(STATUSES)}.")
    elif status != LEFT_OPEN:
        given.complain("status", NOT_YOURS)
    try:
        load(AddInformation, body)
    except Invalid as error:
        given.complaints += of_fields(error.errors)
    given.check()
