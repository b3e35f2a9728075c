"""Service requests: what intake shows of them, with what dispatch says of the order that serves them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.gateway.open311.arguments import Arguments
from services.gateway.open311.refusals import NOTHING, refuse
from services.gateway.open311.services import NO_SERVICE, known_services
from services.gateway.open311.wording import EXTENDED, name_of, note_of
from shared.contracts.fields import moment
from shared.contracts.public_requests import MOST, STATUSES, WIDEST
from shared.contracts.topology import DISPATCH, INTAKE
from shared.runtime.calls import Calls

NEAR = 300.0
"""Metres around a point, unless the caller says how many."""
Row = Mapping[str, Any]


def sought(given: Arguments, calls: Calls, now: datetime) -> dict[str, Any]:
    """What the caller looks for, as intake is asked for it, with the page. Raises Refused naming all that is wrong."""
    page, size = given.whole("page", MOST, 1), given.whole("page_size", MOST, MOST)
    paged = {"skip": (page - 1) * size, "limit": size}
    if case_ids := given.words("service_request_id"):
        if len(case_ids) > MOST:
            given.complain("service_request_id", f"Ask for at most {MOST} at once.")
        given.check()
        return {"case_ids": case_ids, "limit": MOST}
    asked = {**paged, **_when(given, now), **_which(given, calls)}
    if place := given.position():
        radius = given.number("radius", 1, WIDEST)
        asked["around"] = {**place, "radius": radius or NEAR}
    given.check()
    return asked


def found(calls: Calls, asked: Mapping[str, Any], viewer: str | None, *, extended: bool) -> list[dict[str, Any]]:
    """Each with its order. Raises Refused where ids were asked for, and there is none of them."""
    rows: Sequence[Row] = calls.call(INTAKE, "list_public_requests", asked=asked, viewer=viewer)
    if "case_ids" in asked and not rows:
        raise refuse(NOTHING, "There is no such request, or it is confidential.", "service_request_id")
    orders = orders_of(calls, rows)
    return [_request(row, orders.get(row["served_as"], {}), extended) for row in rows]


def orders_of(calls: Calls, rows: Sequence[Row]) -> dict[str, Row]:
    """By the case that they serve."""
    case_ids = sorted({row["served_as"] for row in rows})
    orders = calls.call(DISPATCH, "list_public_orders", case_ids=case_ids) if case_ids else []
    return {order["case_id"]: order for order in orders}


def seconds(at: str | None) -> str | None:
    """`2026-03-01T08:30:00Z`: in UTC, and no part of a second."""
    return at and f"{at[:19]}Z"


def _when(given: Arguments, now: datetime) -> dict[str, str]:
    """When reported, and when last changed; who asks for changes need not say how old the requests are."""
    when: dict[str, str] = {}
    is_of_changes = given.text("updated_after") or given.text("updated_before")
    if is_of_changes:
        since, until = given.span("updated_after", "updated_before", now)
        when |= {"updated_since": moment(since), "updated_until": moment(until)}
    if not is_of_changes or given.text("start_date") or given.text("end_date"):
        since, until = given.span("start_date", "end_date", now)
        when |= {"since": moment(since), "until": moment(until)}
    return when


def _which(given: Arguments, calls: Calls) -> dict[str, list[str]]:
    which = {}
    if codes := given.words("service_code"):
        which["categories"] = codes
        if {*codes} - {service["code"] for service in known_services(calls)}:
            given.complain("service_code", NO_SERVICE, NOTHING)
    if statuses := given.words("status"):
        which["statuses"] = sorted({status.lower() for status in statuses})
        if {*which["statuses"]} - {*STATUSES}:
            given.complain("status", f"One of {', '.join(STATUSES)}.")
    return which


def _request(row: Row, order: Row, extended: bool) -> dict[str, Any]:
    position = row["position"] or {}
    shown = {
        "service_request_id": row["case_id"],
        "status": "open" if row["is_open"] else "closed",
        "status_notes": notes(row, order),
        "service_name": name_of(row["category"]),
        "service_code": row["category"]["code"],
        "description": row.get("text"),
        "agency_responsible": name_of(order.get("unit")),
        "service_notice": None,
        "requested_datetime": seconds(row["reported_at"]),
        "updated_datetime": seconds(row["updated_at"]),
        "expected_datetime": seconds(order.get("due_at")),
        "address": row.get("address") or name_of(row["unit"]),
        "address_id": row["unit"]["code"] if row["unit"] else None,
        "zipcode": None,
        "lat": position.get("lat"),
        "long": position.get("lon"),
        "media_url": row.get("media_url"),
    }
    return shown | ({"extended_attributes": _more(row)} if extended else {})


def notes(row: Row, order: Row) -> str:
    """What its sender is asked or told; of work that is done the public answer, where it is about a place."""
    if row["state"] == "needs_information" and row.get("question"):
        return str(row["question"])
    if row["state"] == "rejected" and row.get("rejection"):
        return " ".join(row["rejection"].values())
    is_told = row["is_about_a_place"] or row.get("is_own")
    if row["state"] in ("served", "closed") and order.get("answer") and is_told:
        return str(order["answer"])
    return note_of(row["state"])


def _more(row: Row) -> dict[str, Any]:
    """What GeoReport has no place for; nothing of a person."""
    return {
        "state": row["state"],
        "extended_status": EXTENDED[row["state"]],
        "accepted_datetime": seconds(row["accepted_at"]),
        "served_datetime": seconds(row["served_at"]),
        "closed_datetime": seconds(row["closed_at"]),
        "round": row["round"],
        "is_exact": bool(row.get("is_own")),
    }
