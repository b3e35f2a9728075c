"""A request from outside becomes a report like any other, in the name of the client that sent it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.gateway.open311.arguments import Arguments
from services.gateway.open311.refusals import NOTHING, of_fields, refuse
from services.gateway.open311.services import NO_SERVICE, known_services
from services.gateway.open311.wording import name_of, note_of
from services.gateway.tracing import request_id
from shared.contracts.channels import OPEN311
from shared.contracts.commands import load
from shared.contracts.positions import WGS84
from shared.contracts.reports import SubmitReport
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.actor import Actor
from shared.kernel.case import Receipt
from shared.kernel.commands import Command
from shared.kernel.errors import Invalid, NotFound
from shared.runtime.calls import Calls

NO_PLACE = "Say where: lat and long, or address_string, or address_id."
NO_ADDRESS_ID = "There is no unit of that code."


def token_of(by: Actor, key: str) -> str:
    """What a submission is found by later on, whoever asks: it tells neither the client nor its key."""
    return Command("", by, Receipt(key, ""), {}).origin


def submit(calls: Calls, given: Arguments, by: Actor, key: str) -> dict[str, Any]:
    """The new request, or the one that the same submission made before. Raises Refused with all that is wrong."""
    body = _body(given, calls)
    asked = {"case_id": request_id(), "by": asdict(by), "key": key, "body": body}
    report = calls.call(INTAKE, "carry_out", verb="submit", request=asked)
    return {
        "service_request_id": report["case_id"],
        "service_notice": report.get("question") or note_of(report["state"]),
        "account_id": given.text("account_id"),
    }


def redeem(calls: Calls, token: str) -> dict[str, Any]:
    """Raises Refused where nothing was taken under that token."""
    try:
        return {"service_request_id": calls.call(INTAKE, "find_submission", token=token), "token": token}
    except NotFound:
        raise refuse(NOTHING, "Nothing was taken under this token.", "token") from None


def _body(given: Arguments, calls: Calls) -> dict[str, Any]:
    """As `SubmitReport` has it, complained about under the names of Open311."""
    service = _service(given, calls)
    body: dict[str, Any] = {
        "category": service.get("code", ""),
        "channel": OPEN311,
        "text": given.text("description") or name_of(service) or "",
        "attributes": given.attributes(),
        **given.texts(contact_phone="phone", contact_email="email", media_url="media_url"),
        **_where(given, calls),
    }
    if name := " ".join(filter(None, (given.text("last_name"), given.text("first_name")))):
        body["contact_name"] = name
    try:
        load(SubmitReport, body)
    except Invalid as error:
        fields = {name: text for name, text in error.errors.items() if service or name != "text"}
        given.complaints += of_fields(fields)
    given.check()
    return body


def _service(given: Arguments, calls: Calls) -> Mapping[str, Any]:
    code = given.text("service_code")
    if code is None:
        given.complain("service_code", "Say which service: see services.xml.")
        return {}
    service = next((each for each in known_services(calls) if each["code"] == code), None)
    if service is None:
        given.complain("service_code", NO_SERVICE, NOTHING)
    return service or {}


def _where(given: Arguments, calls: Calls) -> dict[str, Any]:
    """A point if there is one, and words beside it; a unit alone is words, and a person places it."""
    place, address, unit = given.position(), given.text("address_string"), given.text("address_id")
    if not (place or address or unit or given.complaints):
        given.complain("lat", NO_PLACE)
    if unit and not address:
        address = name_of(next((each for each in calls.call(DISPATCH, "list_units") if each["code"] == unit), None))
        if address is None:
            given.complain("address_id", NO_ADDRESS_ID, NOTHING)
    where: dict[str, Any] = {"address": address} if address else {}
    return where | ({"position": {**place, "datum": WGS84}} if place else {})
