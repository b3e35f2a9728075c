"""The audit: wait until the system is quiet, look at everything once, and twice at what looks wrong."""

import time
from collections.abc import Iterable, Mapping

from steward.audit.case_checks import check_case
from steward.audit.documents import CaseDocuments
from steward.audit.family_checks import check_following, parent_of
from steward.audit.queues import Queues
from steward.audit.report import AuditReport, Violation
from steward.audit.stores import Stores, open_stores
from steward.stack.local import Stack

PATIENCE = 30.0
PAUSE = 0.5
"""Seconds between two looks."""


def audit(stack: Stack, ids: Iterable[str] = (), wait: float = PATIENCE) -> AuditReport:
    """Judge the stack once it is quiet, or `wait` seconds have passed; `ids` are cases that must exist.

    A case is wrong only if it stays wrong: the stores are not read at one moment, and timers go on.
    Raises PyMongoError or RequestException where a server does not answer.
    """
    deadline = time.monotonic() + wait
    queues = Queues(stack.addresses)
    with open_stores(stack.addresses) as stores:
        _wait_until_quiet(stores, queues, deadline)
        report, suspects, missing = _look_at_all(stores, set(ids))
        wrong = _look_again(stores, suspects, deadline)
        report.violations += [Violation(case_id, what) for case_id, whats in wrong.items() for what in whats]
        report.violations += [Violation(case_id, "was acknowledged, and is nowhere") for case_id in sorted(missing)]
    if queues.are_known:
        report.depths = _depths_at_rest(queues, deadline)
        report.violations += [Violation(name, f"holds {count}") for name, count in report.depths.items() if count]
    return report


def _wait_until_quiet(stores: Stores, queues: Queues, deadline: float) -> None:
    while (stores.unpublished() or (queues.are_known and queues.waiting())) and time.monotonic() < deadline:
        time.sleep(PAUSE)


def _depths_at_rest(queues: Queues, deadline: float) -> Mapping[str, int]:
    """The broker's statistics are some seconds old: what they say is waiting may have been heard long ago."""
    while queues.waiting() and time.monotonic() < deadline:
        time.sleep(PAUSE)
    return queues.depths()


def _look_at_all(stores: Stores, missing: set[str]) -> tuple[AuditReport, list[str], set[str]]:
    """The counts, the cases that look wrong, and those of `missing` that are nowhere."""
    report = AuditReport()
    suspects: list[str] = []
    for case in stores.cases():
        _count(report, case)
        missing.discard(case.case_id)
        if _complaints(stores, case):
            suspects.append(case.case_id)
    return report, suspects, missing


def _complaints(stores: Stores, case: CaseDocuments) -> list[str]:
    parent = parent_of(case)
    return check_case(case) + (check_following(case, stores.case(parent)) if parent else [])


def _count(report: AuditReport, case: CaseDocuments) -> None:
    report.cases += 1
    report.counts.update((service, str(document.get("state"))) for service, document in case.by_service.items())


def _look_again(stores: Stores, suspects: Iterable[str], deadline: float) -> dict[str, list[str]]:
    """At least once, and until all is well or the time is up."""
    while True:
        found = {case_id: _complaints(stores, stores.case(case_id)) for case_id in suspects}
        wrong = {case_id: complaints for case_id, complaints in found.items() if complaints}
        if not wrong or time.monotonic() > deadline:
            return wrong
        suspects = wrong
        time.sleep(PAUSE)
