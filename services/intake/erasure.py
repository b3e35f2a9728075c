"""个人信息留存: what reporters said of themselves goes, once their case was over for long enough."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.intake.domain import INTAKE, OVER, Report
from shared.kernel.ports import Cases

BATCH = 200


class Retained(Cases[Report], Protocol):
    def over_since(self, at: datetime, limit: int) -> Sequence[str]:
        """Ids of reports that were over by then and hold personal data still, the longest over first."""
        ...


def erase_over(reports: Retained, at: datetime, retention: timedelta) -> None:
    """Every report that was over longer than that, with those merged into it. Of two instances, the first has it.

    What is merged goes first: a crash between leaves the parent, and with it both, to the next try.
    """
    while ids := reports.over_since(at - retention, BATCH):
        parents = [report for report in reports.load_many(ids).values() if report.state in OVER]
        children = [child for parent in parents if parent.state == "closed" for child in parent.children]
        merged = [child for child in reports.load_many(children).values() if child.state == "merged"]
        if not _erase(reports, merged, at):
            _erase(reports, parents, at)


def _erase(reports: Retained, found: Sequence[Report], at: datetime) -> set[str]:
    """Ids of those that moved on meanwhile."""
    kept = [report for report in found if not report.is_erased]
    for report in kept:
        report.erase(INTAKE, at)
    return reports.commit(kept)
