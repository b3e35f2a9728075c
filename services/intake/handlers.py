"""What intake does on a command or an event: load, one verb of the domain, save."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from uuid_utils import uuid7

from services.intake.domain import Report
from shared.contracts.catalogue import Category
from shared.contracts.positions import to_wgs84
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from shared.kernel.case import Notice
from shared.kernel.commands import Command, execute, look_up
from shared.kernel.errors import Busy, Forbidden, Invalid
from shared.kernel.listing import Listing, Page
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

PERSONAL = ("text", "subject", "address", "contact_name", "contact_phone")
PAGE = 50


class Reports(Cases[Report], Protocol):
    def by_origin(self, origin: str) -> Report | None: ...
    def page(self, listing: Listing, after: str | None, limit: int) -> Page[Report]: ...


class Intake:
    """The use cases, under one catalogue."""

    def __init__(self, reports: Reports, catalogue: Mapping[str, Category]) -> None:
        self._reports = reports
        self._catalogue = catalogue

    def carry_out(self, verb: str, command: Command, at: datetime) -> Report:
        """One step of a report. Raises Forbidden, NotFound, IllegalTransition, Invalid, KeyReused or Busy."""
        if verb == "submit":
            return self._submit(command, at)

        def decide(report: Report) -> None:
            self._check_category(command.body.get("category"))
            RULES[verb](report, command.by, at, **command.body)

        return execute(self._reports, verb, command, decide, may_see)

    def follow(self, notices: Sequence[Notice], at: datetime) -> list[Failure]:
        return react(self._reports, notices, partial(Report.follow_order, at=at))

    def get(self, case_id: str, by: Actor) -> Report:
        """Raises NotFound, also for another resident's report."""
        return look_up(self._reports, case_id, by, may_see)

    def page(self, by: Actor, state: str | None, after: str | None) -> Page[Report]:
        """A resident's own reports; for a dispatcher all of a state, which is `submitted` unless said otherwise."""
        if by.role == RESIDENT:
            mine = Listing({"reporter": by.subject, **({"state": state} if state else {})})
            return self._reports.page(mine, after, PAGE)
        if by.role == DISPATCHER:
            return self._reports.page(Listing({"state": state or "submitted"}), after, PAGE)
        raise Forbidden("list", by.role)

    def _submit(self, command: Command, at: datetime) -> Report:
        """A new report; the same submission again finds the one it made."""
        origin = _origin(command)
        try:
            self._check_category(command.body.get("category"))
        except Invalid:
            if not self._reports.by_origin(origin):  # what was taken once is answered, whatever is offered now
                raise
        report = self._reports.blank(str(uuid7()))
        report.receipt = command.receipt
        report.submit(command.by, at, {**_facts(command.body), "origin": origin}, _personal(command.body))
        report.accept_if_certain(at)
        if not self._reports.commit([report]):
            return report
        first = self._reports.by_origin(origin)
        answered = first.answered(command.by, command.receipt) if first else None
        if first is None or answered is None:
            raise Busy(report.case_id)
        return first.as_of(answered)

    def _check_category(self, category: str | None) -> None:
        """Old cases keep a category that is no longer offered, but no case gets it any more."""
        if category is None or (category in self._catalogue and self._catalogue[category].offered):
            return
        complaint = "No longer offered:" if category in self._catalogue else "Unknown"
        raise Invalid({"category": [f"{complaint} category {category[:40]!r}: GET /categories lists the known ones."]})


RULES: Mapping[str, Callable[..., None]] = {
    "accept": Report.accept,
    "reject": Report.reject,
    "ask": Report.ask,
    "add_information": Report.add_information,
    "withdraw": Report.withdraw,
}
"""Which rule decides each verb; it takes the report, who asks, when, and the command's body by name."""


def may_see(report: Report, by: Actor) -> bool:
    """Residents see their own. Of the staff, the gateway asks dispatch first whether the order is theirs."""
    return by.role in (DISPATCHER, STEWARD, INSPECTOR) or report.facts["reporter"] == by.subject


def _facts(body: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: body[name] for name in ("category", "channel") if name in body}
    if given := body.get("position"):
        lon, lat = to_wgs84(given["lon"], given["lat"], given["datum"])
        facts["position"] = {"lon": round(lon, 6), "lat": round(lat, 6)}
    return facts


def _personal(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in PERSONAL if name in body}


def _origin(command: Command) -> str:
    """What makes a submission itself: whose it is, and under which key."""
    return hashlib.sha256(f"{command.by.subject}\0{command.receipt.key}".encode()).hexdigest()
