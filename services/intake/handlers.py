"""What intake does on a command or an event: load, one verb of the domain, save."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

from uuid_utils import uuid7

from services.intake.attributes import answers
from services.intake.contacts import BY_PHONE, SEALED, Contacts
from services.intake.domain import Report, words_of
from services.intake.follow_links import issue_follow_link
from services.intake.merging import Families, Merging
from services.intake.on_behalf import check_may_add, representing
from services.intake.quick import spelt_out
from services.intake.reception.duplicates import Neighbourhood, Similar
from services.intake.reception.sorting import Reception
from services.intake.reception.suggestions import Suggest, Suggestion
from services.intake.rulebook import Rulebook
from services.intake.scope import in_scope_of, is_reporter, may_decide, may_see
from shared.contracts.catalogue import Kind
from shared.contracts.channels import OPEN311
from shared.contracts.commands import id_of_new
from shared.contracts.places import UnitMap
from shared.contracts.positions import to_wgs84
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.case import Notice
from shared.kernel.case_tokens import Grant
from shared.kernel.commands import Command, execute, look_up, made_before
from shared.kernel.errors import Busy, Forbidden, Invalid, NotFound
from shared.kernel.listing import PAGE, Listing, Page, page_size
from shared.kernel.ports import Originals
from shared.kernel.reactions import Failure, react

PERSONAL = ("text", "subject", "media_url", *SEALED)
WITHOUT_UNIT = "A dispatcher acts for a unit: send a token that names yours."
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Reports(Families, Neighbourhood, Originals[Report], Protocol):
    def page(self, listing: Listing, after: str | None, limit: int) -> Page[Report]: ...


class Intake:
    """The use cases, under one catalogue, one set of rules and one map of the units."""

    def __init__(
        self, reports: Reports, rulebook: Rulebook, suggest: Suggest, units: UnitMap, contacts: Contacts
    ) -> None:
        self._reports = reports
        self._contacts = contacts
        self._units = units
        self._catalogue = rulebook.catalogue
        self._attributes = rulebook.attributes
        self._quick = rulebook.quick
        self._reception = Reception(reports, rulebook.catalogue, rulebook.triage, suggest)
        self._merging = Merging(reports, may_decide, self._is_confidential)

    def carry_out(self, verb: str, command: Command, at: datetime) -> Report:
        """One step of a report. Raises Forbidden, NotFound, IllegalTransition, Invalid, KeyReused or Busy."""
        match verb:
            case "submit":
                return self._submit(command, at)
            case "quick":
                return self._submit_quickly(command, at)
            case "merge":
                return self._merging.merge(command, at)
            case "unmerge":
                return self._merging.unmerge(command, at)

        def decide(report: Report) -> None:
            self._check_category(command.body.get("category"))
            self._rules[verb](report, command.by, at, **command.body)

        return execute(self._reports, verb, command, decide, may_decide)

    def suggest(self, text: str, subject: str = "") -> list[Suggestion]:
        """Categories that a report of these words may belong to."""
        return self._reception.suggest(f"{subject}\n{text}")

    def similar(self, asked: Mapping[str, Any], at: datetime) -> list[Similar]:
        """Open reports that may be about the same thing, before it is reported again. Raises Invalid."""
        self._check_category(asked.get("category"))
        position = _placed(asked["position"])["position"]
        return self._reception.similar(words_of(asked), asked.get("category"), position, at)

    def release_followers(self, at: datetime) -> None:
        self._merging.release_followers(at)

    def follow(self, notices: Sequence[Notice], at: datetime) -> list[Failure]:
        return react(self._reports, notices, partial(Report.follow_order, at=at))

    def get(self, case_id: str, by: Actor, grant: Grant | None = None) -> Report:
        """Raises NotFound, also for a report that is none of the caller's business."""
        return look_up(self._reports, case_id, by, lambda report, who: may_see(report, who, grant))

    def require_concerned(self, case_id: str, by: Actor, grant: Grant | None = None) -> None:
        """Whom it concerns who has looked: its reporter, and the dispatchers. Raises NotFound or Forbidden."""
        report = self.get(case_id, by, grant)
        if by.role == RESIDENT and not is_reporter(report, by):
            raise NotFound(case_id)
        if by.role not in (RESIDENT, DISPATCHER):
            raise Forbidden("list", by.role)

    def parent_of(self, case_id: str) -> str | None:
        """The case that it is merged into, where it is: whose order is its order too."""
        report = self._reports.load_many([case_id]).get(case_id)
        return report.facts.get("parent") if report else None

    def page(self, by: Actor, state: str | None, after: str | None, limit: int = PAGE) -> Page[Report]:
        """A resident's own reports; for a dispatcher those of their place and of none, in a state: `submitted` if
        nothing else is asked for.
        """
        if by.role == RESIDENT:
            mine = Listing({"reporter": by.subject, **({"state": state} if state else {})})
            return self._reports.page(mine, after, page_size(limit))
        if by.role != DISPATCHER:
            raise Forbidden("list", by.role)
        if by.unit is None:
            raise Forbidden("list", by.role, WITHOUT_UNIT)
        theirs = Listing({"state": state or "submitted", **in_scope_of(by.unit)})
        return self._reports.page(theirs, after, page_size(limit))

    def of_phone(self, by: Actor, phone: str, after: str | None, limit: int = PAGE) -> Page[Report]:
        """Reports of who calls by that number, of the dispatcher's place. Raises Forbidden."""
        if by.role != DISPATCHER or by.unit is None:
            raise Forbidden("list", by.role, WITHOUT_UNIT)
        found = {f"private.{BY_PHONE}": self._contacts.by_phone(phone), **in_scope_of(by.unit)}
        return self._reports.page(Listing(found), after, page_size(limit))

    @property
    def _rules(self) -> Mapping[str, Callable[..., None]]:
        """Which rule decides each verb; it takes the report, who asks, when, and the command's body by name."""
        return {
            "accept": self._accept,
            "reject": Report.reject,
            "ask": Report.ask,
            "add_information": self._add_information,
            "issue_follow_link": issue_follow_link,
            "withdraw": Report.withdraw,
            "hide": Report.hide,
            "unhide": Report.unhide,
        }

    def _submit(self, command: Command, at: datetime) -> Report:
        """A new report; the same submission again finds the one it made. Of an id that is taken another is made."""
        proposed = id_of_new(command)
        try:
            self._check_category(command.body.get("category"))
            answered = self._answers(command.body)
        except Invalid:
            if not self._reports.by_origin(command.origin):  # what was taken once is answered, whatever is asked now
                raise
            answered = {}
        whose, contact = representing(command.by, command.body)
        facts, private = self._facts(command.body) | whose, self._personal({**command.body, **contact}) | answered
        noted, verdict = self._reception.sort(facts, private, at)
        for case_id in (proposed, str(uuid7())):
            report = self._reports.blank(case_id)
            report.receipt = command.receipt
            report.submit(command.by, at, {**facts, **noted, "origin": command.origin}, private, verdict)
            if not self._reports.commit([report]):
                return report
            if made := made_before(self._reports, command):
                return made
        raise Busy(proposed)

    def _submit_quickly(self, command: Command, at: datetime) -> Report:
        """What was taken once is answered, whatever there is to choose now."""
        if made := made_before(self._reports, command):
            return made
        return self._submit(replace(command, body=spelt_out(self._quick, command.by, command.body)), at)

    def _accept(self, report: Report, by: Actor, at: datetime, category: str | None = None) -> None:
        """Raises Invalid where it would become a dispute that others follow."""
        if report.children and self._is_dispute(category):
            raise Invalid(
                {"category": ["A dispute is confidential: unmerge the reports that are merged into this one."]}
            )
        report.accept(by, at, category)

    def _add_information(self, report: Report, by: Actor, at: datetime, text: str, **more: Any) -> None:
        """Where a rule asked, the rules look again at all that is known by now."""
        check_may_add(report.facts, by)
        facts, private = self._facts(more, report.facts), self._personal(more)
        private["information"] = [*report.private.get("information", ()), text]
        if not report.was_asked_by_rule:
            report.add_information(by, at, facts, private, None)
            return
        known, said = {**report.facts, **facts}, {**report.private, **private}
        noted, verdict = self._reception.sort(known, said, at, apart=[report.case_id])
        report.add_information(by, at, {**facts, **noted}, private, verdict)

    def _facts(self, body: Mapping[str, Any], known: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """What a command says of a report. Once it was in a unit it has a path, empty if it moves out of all."""
        facts = {name: body[name] for name in ("category", "channel", "not_duplicate_of") if name in body}
        if "pictures" in body:
            facts["pictures"] = [*dict.fromkeys((*known.get("pictures", ()), *body["pictures"]))]
        if "position" not in body:
            return facts
        placed = _placed(body["position"])
        path = self._units.path_at(**placed["position"])
        return facts | placed | ({"unit_path": list(path)} if path or "unit_path" in known else {})

    def _personal(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a command says that is not for the history, sealed where it tells who somebody is."""
        phone = body.get("contact_phone")
        found_by = {BY_PHONE: self._contacts.by_phone(phone)} if phone else {}
        return self._contacts.seal({name: body[name] for name in PERSONAL if name in body}) | found_by

    def _answers(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """What the category asks beside the words. Only a form that shows the questions has to answer the required."""
        asked = self._attributes.get(body.get("category", ""), ())
        kept = answers(asked, body.get("attributes", NOTHING), complete=body.get("channel") == OPEN311)
        return {"attributes": kept} if kept else {}

    def _is_confidential(self, report: Report) -> bool:
        return self._is_dispute(report.facts.get("category"))

    def _is_dispute(self, code: str | None) -> bool:
        return code is not None and self._catalogue[code].kind is Kind.DISPUTE

    def _check_category(self, category: str | None) -> None:
        """Old cases keep a category that is no longer offered, but no case gets it any more."""
        if category is None or (category in self._catalogue and self._catalogue[category].offered):
            return
        name = repr(category[:40])
        if category in self._catalogue:
            raise Invalid({"category": [f"No longer offered: {name}, GET /categories lists what is."]})
        raise Invalid({"category": [f"There is no category {name}: GET /categories lists the known ones."]})


def _placed(given: Mapping[str, Any]) -> dict[str, Any]:
    """As WGS-84, and once more as the GeoJSON point by which reports near it are found."""
    lon, lat = (round(degrees, 6) for degrees in to_wgs84(given["lon"], given["lat"], given["datum"]))
    return {"position": {"lon": lon, "lat": lat}, "point": {"type": "Point", "coordinates": [lon, lat]}}
