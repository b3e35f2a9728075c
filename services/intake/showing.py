"""How a report is shown, and to whom: its reporter is shown in full to themselves, and to who serves or decides it now.

Of every look at a person's data by somebody else there is a note first. What is not shown in full is masked.
"""

from collections.abc import Callable, Sequence
from typing import Any

from services.intake.contacts import Contacts
from services.intake.domain import Report
from services.intake.masking import masked, personal
from services.intake.scope import is_reporter, serves
from shared.contracts.reports import FOLLOWED, SHOWN_IN_WORDS, ReportView
from shared.contracts.topology import INTAKE
from shared.contracts.views import show
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case_tokens import Grant
from shared.kernel.units import UnitTree

STAFF_VIEW = ReportView()
REPORTER_VIEW = ReportView(exclude=("followers",))
FOLLOWER_VIEW = ReportView(only=FOLLOWED)
WORDLESS_VIEW = ReportView(only=FOLLOWED, exclude=SHOWN_IN_WORDS)

Note = Callable[[str, Actor, Sequence[str]], None]
"""Keeps of a case who looked at which personal fields."""


class Showing:
    def __init__(self, contacts: Contacts, tree: UnitTree, note: Note) -> None:
        self._contacts = contacts
        self._tree = tree
        self._note = note

    def whole(self, report: Report, by: Actor, grant: Grant | None = None) -> dict[str, Any]:
        """The report itself, as somebody opens it."""
        if by.role == RESIDENT or not serves(report, by, grant):
            return self.brief(report, by)
        if fields := personal(report.private):
            self._note(report.case_id, by, fields)
        return show(INTAKE, report, STAFF_VIEW, more=self._contacts.open(report.private))

    def brief(self, report: Report, by: Actor) -> dict[str, Any]:
        """In a list, or as the answer to a step. Followers are told what became of it, and nothing of its reporter."""
        if by.role == RESIDENT and not is_reporter(report, by):
            return show(INTAKE, report, WORDLESS_VIEW if report.is_hidden else FOLLOWER_VIEW)
        said = self._contacts.open(report.private)
        if by.role == RESIDENT:
            return show(INTAKE, report, REPORTER_VIEW, more=said)
        others = {name: words for name, words in report.private.items() if name not in personal(said)}
        known = masked(said, report.facts.get("unit_path", ()), self._tree)
        return show(INTAKE, report, STAFF_VIEW, private=False, more={**others, **known})
