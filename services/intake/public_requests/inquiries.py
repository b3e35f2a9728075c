"""What the public asks intake."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from services.intake.contacts import Contacts
from services.intake.domain import Report
from services.intake.public_requests.searching import Query, query_of, visible_to
from services.intake.public_requests.showing import Showing
from services.intake.rulebook import Rulebook
from shared.contracts.catalogue import offered
from shared.contracts.publicity import is_public, public_codes
from shared.kernel.errors import NotFound
from shared.kernel.units import UnitTree

TOLD = (
    "submit",
    "ask",
    "accept",
    "reject",
    "merge",
    "unmerge",
    "start_service",
    "serve",
    "reopen",
    "close",
    "withdraw",
)
"""Verbs whose events the public hears of."""


class PublicReports(Protocol):
    def found(self, query: Query, skip: int, limit: int, *, private: bool) -> Sequence[Report]:
        """The latest reported first, each with its last event alone."""
        ...

    def events(
        self, codes: Sequence[str], since: datetime, until: datetime, verbs: Sequence[str], skip: int, limit: int
    ) -> Sequence[dict[str, Any]]:
        """Of reports of these categories, the earliest event first."""
        ...

    def by_origin(self, origin: str) -> Report | None: ...


class PublicInquiries:
    """Under one set of rules and one map of the units."""

    def __init__(self, reports: PublicReports, rulebook: Rulebook, tree: UnitTree, contacts: Contacts) -> None:
        self._reports = reports
        self._rulebook = rulebook
        self._showing = Showing(rulebook.catalogue, tree, contacts)

    def services(self) -> list[dict[str, Any]]:
        """What may be reported in public, with what is asked of each."""
        public = (category for category in offered(self._rulebook.catalogue) if is_public(category))
        return [asdict(each) | {"attributes": self._rulebook.attributes[each.code]} for each in public]

    def requests(self, asked: Mapping[str, Any], viewer: str | None) -> Iterable[dict[str, Any]]:
        """Without a viewer nothing private is even read."""
        query = query_of(asked, self._rulebook.catalogue) | visible_to(viewer)
        found = self._reports.found(query, asked["skip"], asked["limit"], private=viewer is not None)
        return [self._showing.show(report, viewer) for report in found]

    def updates(self, since: datetime, until: datetime, skip: int, limit: int) -> Sequence[dict[str, Any]]:
        codes = public_codes(self._rulebook.catalogue)
        return self._reports.events(codes, since, until, TOLD, skip, limit)

    def submitted(self, token: str) -> str:
        """The id of what was reported under it: the origin of the submission. Raises NotFound for any other."""
        made = self._reports.by_origin(token)
        if made is None:
            raise NotFound(token)
        return made.case_id
