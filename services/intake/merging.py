"""Merging 并案 and taking apart again: two reports, two writes, and a crash between them.

The child says what it is merged into, the parent who follows. On merging the parent is written first and on
unmerging last, so that no reporter of a merged report is ever without a report to follow. A crash between leaves
the parent with one follower too many, until the command is repeated with its key: the parent is settled again on
every try. What ends as rejected or withdrawn leads nobody any more: `release_followers`, called regularly, lets go
of what was merged into it.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from services.intake.domain import ENDED, INTAKE, Report
from shared.kernel.actor import Actor
from shared.kernel.commands import ATTEMPTS, Command, execute, look_up
from shared.kernel.erasure import require_kept
from shared.kernel.errors import Busy, Invalid
from shared.kernel.ports import Cases


class Families(Cases[Report], Protocol):
    def ended_parents(self) -> Iterable[str]:
        """Ids of reports that ended while others are merged into them."""
        ...


class Merging:
    """`may_decide`: whose reports these are to merge. `is_confidential`: reports that nobody may follow."""

    def __init__(
        self,
        reports: Families,
        may_decide: Callable[[Report, Actor], bool],
        is_confidential: Callable[[Report], bool],
    ) -> None:
        self._reports = reports
        self._may_decide = may_decide
        self._is_confidential = is_confidential

    def merge(self, command: Command, at: datetime) -> Report:
        """Raises Forbidden, NotFound, Gone, KeyReused, IllegalTransition, Busy, or Invalid: why not into that one."""
        into = command.body["into"]
        self._lead(into, command, at)
        try:
            return execute(
                self._reports, "merge", command, lambda report: report.merge(command.by, at, into), self._may_decide
            )
        finally:
            self._settle(into, command.case_id, at)

    def unmerge(self, command: Command, at: datetime) -> Report:
        """Raises Forbidden, NotFound, KeyReused, IllegalTransition or Busy."""
        child = execute(
            self._reports, "unmerge", command, lambda report: report.unmerge(command.by, at), self._may_decide
        )
        self._settle(child.facts["unmerged_from"], child.case_id, at)
        return child

    def release_followers(self, at: datetime) -> None:
        """What was merged into a report that ended waits for a person again."""
        for ended in self._reports.load_many(self._reports.ended_parents()).values():
            for child in ended.children:
                self._settle(ended.case_id, child, at)

    def _lead(self, into: str, command: Command, at: datetime) -> None:
        """The parent's part, before the child's; refused before anything is written."""
        child = look_up(self._reports, command.case_id, command.by, self._may_decide)
        child.lifecycle.permit("merge", command.by)
        if child.answered(command.by, command.receipt):
            return
        command.require_seen(child)
        child.lifecycle.next(child.state, "merge")
        if into == child.case_id:
            raise Invalid({"into": ["A report cannot be merged into itself."]})
        self._check_confidential(child)
        self._write(into, lambda parent: self._take_in(parent, child, command.by, at))

    def _take_in(self, parent: Report, child: Report, by: Actor, at: datetime) -> None:
        if not self._may_decide(parent, by):
            raise _unknown(parent.case_id)
        self._check_confidential(parent)
        require_kept(parent)
        parent.follow(child.case_id, child.facts["reporter"], at)

    def _check_confidential(self, report: Report) -> None:
        if self._is_confidential(report):
            raise Invalid({"into": ["A dispute is confidential: it is never merged."]})

    def _settle(self, parent: str, child: str, at: datetime) -> None:
        """Bring both in line with where the child stands now; done again, it changes nothing."""
        leading, following = self._reports.load(parent), self._reports.load(child)
        if leading is None or following is None:
            return
        if following.facts.get("parent") == parent and leading.state in ENDED:
            following = self._write(child, lambda report: _let_go(report, parent, at))
        if following.facts.get("parent") == parent:
            self._write(parent, lambda report: report.follow(child, following.facts["reporter"], at))
        else:
            self._write(parent, lambda report: report.unfollow(child, at))

    def _write(self, case_id: str, decide: Callable[[Report], None]) -> Report:
        """A step of the service itself, decided again whenever somebody else was faster."""
        for _ in range(ATTEMPTS):
            report = self._reports.load(case_id)
            if report is None:
                raise _unknown(case_id)
            decide(report)
            if not self._reports.commit([report]):
                return report
        raise Busy(case_id)


def _unknown(case_id: str) -> Invalid:
    """Also of what is not theirs to merge into: of that they are not told."""
    return Invalid({"into": [f"There is no report {case_id[:40]}."]})


def _let_go(report: Report, parent: str, at: datetime) -> None:
    if report.facts.get("parent") == parent:
        report.unmerge(INTAKE, at)
