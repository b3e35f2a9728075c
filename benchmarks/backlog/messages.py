"""Two messages a case: it is accepted, and some time later somebody follows it."""

from collections.abc import Iterator

from uuid_utils import uuid7

from benchmarks.sample import Sample, last_event, reported
from services.intake.domain import Report
from shared.runtime.clock import now
from shared.runtime.messages import Publication
from steward.batches import in_batches

MESSAGES_A_CASE = 2
APART = 1000
"""Cases between the two messages of one: several batches, so that no single one has both."""


def accepted_then_followed(samples: list[Sample], cases: int) -> Iterator[Publication]:
    for some in in_batches(reported(samples, cases), APART):
        yield from map(last_event, some)
        yield from map(_followed, some)


def _followed(report: Report) -> Publication:
    report.follow(str(uuid7()), follower_of(report.case_id), now())
    return last_event(report)


def follower_of(case_id: str) -> str:
    return f"follower-of-{case_id}"
