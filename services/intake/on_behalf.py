"""代报: a worker reports for a resident, by phone, at the desk, in the building's group or at the door.

The reporter is the resident, never the worker: by their phone they see the report in their own app, and they alone
withdraw and rate it. Who entered it is kept, and so is that they were asked.
"""

from collections.abc import Mapping
from typing import Any

from uuid_utils import uuid7

from services.intake.follow_links import FIRST
from shared.contracts.channels import BY_WORKERS
from shared.contracts.phones import OWN_PHONE
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import Forbidden, Invalid

WITHOUT_PHONE = "w-"
"""How the subject of somebody begins who is known by nothing but this report."""

Parts = tuple[dict[str, Any], dict[str, Any]]


def representing(by: Actor, body: Mapping[str, Any]) -> Parts:
    """The facts and the private data that say whose report it is; none where residents report themselves.

    Raises Invalid, naming the field.
    """
    resident = body.get("on_behalf_of")
    if by.role == RESIDENT:
        if resident:
            raise Invalid({"on_behalf_of": ["Only workers report for somebody else: leave it out."]})
        return {}, {}
    if not resident:
        raise Invalid({"on_behalf_of": ["Say for whom you report; your own matters you report as a resident."]})
    _check(by, body, resident)
    reporter = resident.get("reporter") or f"{WITHOUT_PHONE}{uuid7()}"
    facts = {"reporter": reporter, "entered_by": by.subject, "follow_link": FIRST}
    given = {"contact_name": resident["name"], "contact_phone": resident.get("phone")}
    return facts, {name: value for name, value in given.items() if value}


def check_may_add(report: Mapping[str, Any], by: Actor) -> None:
    """Workers add what a resident tells them only where a worker reported it too. Raises Forbidden."""
    if by.role != RESIDENT and "entered_by" not in report:
        raise Forbidden("add_information", by.role, "Who reported it by an account of their own adds to it themselves.")


def _check(by: Actor, body: Mapping[str, Any], resident: Mapping[str, Any]) -> None:
    problems = {name: ["Give it once, in on_behalf_of."] for name in ("contact_name", "contact_phone") if name in body}
    if body["channel"] not in BY_WORKERS:
        problems["channel"] = [f"Say how it reached you: one of {', '.join(BY_WORKERS)}."]
    if resident.get("reporter") == by.subject:
        problems["on_behalf_of"] = [OWN_PHONE]
    if problems:
        raise Invalid(problems)
