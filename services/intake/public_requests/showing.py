"""A report as the public sees it, and as whoever sent it does."""

from collections.abc import Mapping
from typing import Any

from services.intake.contacts import Contacts
from services.intake.domain import OPEN, Report
from shared.contracts.catalogue import Category
from shared.contracts.publicity import coarse, is_about_a_place, named_unit
from shared.kernel.units import UnitTree

TIMES = ("reported_at", "accepted_at", "served_at", "closed_at")
OWN = ("text", "address", "media_url", "attributes", "question", "rejection")
"""What only the sender reads again, of all that is private."""


class Showing:
    """Under one catalogue and one map of the units. `viewer`: the subject who asks, None for anybody."""

    def __init__(self, catalogue: Mapping[str, Category], tree: UnitTree, contacts: Contacts) -> None:
        self._catalogue = catalogue
        self._tree = tree
        self._contacts = contacts

    def show(self, report: Report, viewer: str | None) -> dict[str, Any]:
        """`report` with its last event at least."""
        category = self._catalogue[report.facts["category"]]
        shown = {
            **{name: report.facts.get(name) for name in TIMES},
            "case_id": report.case_id,
            "served_as": report.facts.get("parent") or report.case_id,
            "state": report.state,
            "is_open": report.state in OPEN,
            "updated_at": report.history[-1].at,
            "round": report.facts["round"],
            "category": category,
            "is_about_a_place": is_about_a_place(category),
            "unit": self._unit(report, category),
            "position": self._position(report, category),
        }
        return shown | (self._own(report) if viewer == report.facts["reporter"] else {})

    def _unit(self, report: Report, category: Category) -> Any:
        code = named_unit(report.facts.get("unit_path", ()), self._tree, category)
        return self._tree[code] if code else None

    def _position(self, report: Report, category: Category) -> dict[str, float] | None:
        known = report.facts.get("position")
        return coarse(known) if known and is_about_a_place(category) else None

    def _own(self, report: Report) -> dict[str, Any]:
        said = self._contacts.open({name: report.private[name] for name in OWN if name in report.private})
        return {**said, "is_own": True, "position": report.facts.get("position")}
