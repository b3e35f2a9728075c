"""What intake does on a command or an event: load, one verb of the domain, save."""

import hashlib
from collections.abc import Mapping, Sequence
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
from shared.kernel.ports import Cases
from shared.kernel.reactions import Failure, react

PERSONAL = ("text", "subject", "address", "contact_name", "contact_phone")
PAGE = 50


class Reports(Cases[Report], Protocol):
    def by_origin(self, origin: str) -> Report | None: ...
    def page(self, filters: Mapping[str, Any], before: str | None, limit: int) -> list[Report]: ...


def submit(reports: Reports, catalogue: Mapping[str, Category], command: Command, at: datetime) -> Report:
    """A new report; the same submission again finds the one it made. Raises Invalid, KeyReused, Forbidden."""
    origin = _origin(command)
    refusal = _refusal(catalogue, command.body.get("category"))
    if refusal and not reports.by_origin(origin):  # what was taken once is answered, whatever is offered now
        raise refusal
    report = reports.blank(str(uuid7()))
    report.receipt = command.receipt
    report.submit(command.by, at, {**_facts(command.body), "origin": origin}, _personal(command.body))
    report.accept_if_certain(at)
    if not reports.commit([report]):
        return report
    first = reports.by_origin(origin)
    answered = first.answered(command.by, command.receipt) if first else None
    if first is None or answered is None:
        raise Busy(report.case_id)
    return first.as_of(answered)


def accept(reports: Reports, catalogue: Mapping[str, Category], command: Command, at: datetime) -> Report:
    category = command.body.get("category")

    def accept(report: Report) -> None:
        if refusal := _refusal(catalogue, category):
            raise refusal
        report.accept(command.by, at, category)

    return execute(reports, "accept", command, accept, may_see)


def reject(reports: Reports, command: Command, at: datetime) -> Report:
    return execute(reports, "reject", command, lambda report: report.reject(command.by, at, **command.body), may_see)


def ask(reports: Reports, command: Command, at: datetime) -> Report:
    return execute(reports, "ask", command, lambda report: report.ask(command.by, at, **command.body), may_see)


def add_information(reports: Reports, command: Command, at: datetime) -> Report:
    words = command.body["text"]
    return execute(
        reports, "add_information", command, lambda report: report.add_information(command.by, at, words), may_see
    )


def withdraw(reports: Reports, command: Command, at: datetime) -> Report:
    return execute(reports, "withdraw", command, lambda report: report.withdraw(command.by, at), may_see)


def get(reports: Reports, case_id: str, by: Actor) -> Report:
    """Raises NotFound, also for another resident's report."""
    return look_up(reports, case_id, by, may_see)


def page(reports: Reports, by: Actor, state: str | None, before: str | None) -> list[Report]:
    """A resident's own reports; for a dispatcher all of a state, which is `submitted` unless said otherwise."""
    if by.role == RESIDENT:
        return reports.page({"reporter": by.subject, **({"state": state} if state else {})}, before, PAGE)
    if by.role == DISPATCHER:
        return reports.page({"state": state or "submitted"}, before, PAGE)
    raise Forbidden("list", by.role)


def follow_orders(reports: Reports, notices: Sequence[Notice], at: datetime) -> list[Failure]:
    return react(reports, notices, partial(Report.follow_order, at=at))


def may_see(report: Report, by: Actor) -> bool:
    """Residents see their own. Of the staff, the gateway asks dispatch first whether the order is theirs."""
    return by.role in (DISPATCHER, STEWARD, INSPECTOR) or report.facts["reporter"] == by.subject


def _refusal(catalogue: Mapping[str, Category], category: str | None) -> Invalid | None:
    """Why a new case cannot have this category; those that have it keep it."""
    if category is None or (category in catalogue and catalogue[category].offered):
        return None
    complaint = "No longer offered:" if category in catalogue else "Unknown"
    return Invalid({"category": [f"{complaint} category {category[:40]!r}: GET /categories lists the known ones."]})


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
