"""How heard events are applied: in batches, each to its own case, and none failing for another's sake."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from shared.kernel.case import Case, Notice
from shared.kernel.errors import Busy
from shared.kernel.ports import Cases

C = TypeVar("C", bound=Case)
Reaction = Callable[[C, Notice], None]
"""Brings a case to where the notice says its sender stands. Idempotent, and never goes back."""

Failure = tuple[Notice, Exception]

ATTEMPTS = 8


def react(cases: Cases[C], notices: Sequence[Notice], reaction: Reaction[C]) -> list[Failure]:
    """Apply the notices with one read and one group of writes; returns those that failed, with why."""
    failures: list[Failure] = []
    waiting = list(notices)
    for _ in range(ATTEMPTS):
        stepped, failed = _apply(cases, waiting, reaction)
        failures += failed
        conflicts = cases.commit(stepped)
        lost = [notice for notice, _ in failed]
        waiting = [notice for notice in waiting if notice.case_id in conflicts and notice not in lost]
        if not waiting:
            return failures
    return failures + [(notice, Busy(notice.case_id)) for notice in waiting]


def _apply(cases: Cases[C], notices: Sequence[Notice], reaction: Reaction[C]) -> tuple[list[C], list[Failure]]:
    failed: list[Failure] = []
    ids = list(dict.fromkeys(notice.case_id for notice in notices))
    known = cases.load_many(ids)
    current = {case_id: known.get(case_id) or cases.blank(case_id) for case_id in ids}
    for notice in _newest_first(notices):
        case = current[notice.case_id]
        if case.has_heard(notice):
            continue
        trial = case.fork()
        try:
            reaction(trial, notice)
        except Exception as error:
            failed.append((notice, error))
            continue
        if trial.version:
            trial.hear(notice)
        current[notice.case_id] = trial
    return [case for case in current.values() if case.changed], failed


def _newest_first(notices: Sequence[Notice]) -> Iterator[Notice]:
    """Of each sender: as a notice says where its sender stands, what is older then has nothing new to say."""
    of_sender: dict[tuple[str, str], list[Notice]] = {}
    for notice in notices:
        of_sender.setdefault((notice.case_id, notice.source), []).append(notice)
    for together in of_sender.values():
        yield from sorted(together, key=lambda notice: notice.sequence, reverse=True)
