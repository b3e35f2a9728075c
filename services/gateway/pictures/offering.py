"""Thumbnails for who does not see the case, but is shown it as one like their own, before reporting the same again."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.contracts.topology import PICTURES
from shared.kernel.errors import NotFound
from shared.runtime.calls import Calls
from shared.runtime.tickets import SHOW, InvalidTicket, Tickets


def with_thumbnails(tickets: Tickets, similar: Iterable[Mapping[str, Any]], subject: str) -> list[dict[str, Any]]:
    """Each with the address of its thumbnail, if it has one: for this person alone, and for an hour."""
    return [{**one, **_thumbnail(tickets, one.get("picture"), subject)} for one in similar]


def offered(calls: Calls, tickets: Tickets, picture_id: str, ticket: str, subject: str) -> dict[str, Any]:
    """The picture, if it was offered to this person. Raises NotFound."""
    try:
        said = tickets.read(SHOW, ticket)
    except InvalidTicket as error:
        raise NotFound(picture_id) from error
    told: dict[str, Any] = calls.call(PICTURES, "describe", picture_id=picture_id)
    if (said["picture_id"], said["subject"]) != (picture_id, subject) or not told.get("case_id"):
        raise NotFound(picture_id)
    return told


def _thumbnail(tickets: Tickets, picture_id: str | None, subject: str) -> dict[str, str]:
    if picture_id is None:
        return {}
    ticket = tickets.issue(SHOW, picture_id=picture_id, subject=subject)
    return {"thumbnail": f"/pictures/{picture_id}/thumbnail?ticket={ticket}"}
