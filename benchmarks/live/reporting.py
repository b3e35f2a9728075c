"""The load: reports at a rate, as intake publishes them, and as many steps of the cases that are watched.

A report is a `ReportSubmitted` of a new case, which feed, evaluation and pictures hear. A step is an
`InformationRequested` of a watched case, with the sequence that comes next of it: only feed hears those, so no
other service is told what its owner does not know. Both go through the exchange of intake, as intake's user.
"""

import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from uuid import uuid4

from shared.contracts import event_types as types
from shared.contracts.topology import INTAKE, events_exchange
from shared.kernel.actor import system
from shared.kernel.case import Event
from shared.runtime.clock import now
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.messages import Publication, encode, message_id
from shared.runtime.publisher import ConfirmedPublisher, Letter

TURN = 0.2
"""Seconds between two batches."""
PAUSE = 0.5
ITSELF = system(INTAKE)


def report_at_a_rate(amqp_uri: str, watched: dict[str, int], rate: float, seconds: float) -> dict[str, int]:
    """`watched`: case → the last sequence that intake has published of it; returns it as it is at the end.

    A batch that the broker has not confirmed is published again, so some come twice.
    """
    publisher, sequences = ConfirmedPublisher(amqp_uri), dict(watched)
    turns = cycle(watched)
    began, published = time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        due = int(rate * passed) - published
        published += due
        _publish_patiently(publisher, [*_reports(due), *_steps(sequences, [next(turns) for _ in range(due)])])
        time.sleep(TURN)
    publisher.close()
    return sequences


def _reports(count: int) -> Iterator[Letter]:
    for _ in range(count):
        snapshot = {"reporter": f"resident-{uuid4()}", "category": "rubbish_heap", "reported_at": now()}
        yield _letter(str(uuid4()), 1, types.REPORT_SUBMITTED, "submitted", snapshot)


def _steps(sequences: dict[str, int], cases: Sequence[str]) -> Iterator[Letter]:
    for case_id in cases:
        sequences[case_id] += 1
        snapshot = {"reporter": "a-resident", "reported_at": now()}
        yield _letter(case_id, sequences[case_id], types.INFORMATION_REQUESTED, "needs_information", snapshot)


def _letter(case_id: str, sequence: int, event_type: str, state: str, snapshot: dict[str, object]) -> Letter:
    publication = Publication(case_id, Event(sequence, event_type, "step", state, now(), ITSELF), snapshot)
    body, headers = encode(INTAKE, publication)
    return Letter(events_exchange(INTAKE), event_type, body, headers, message_id(INTAKE, publication))


def _publish_patiently(publisher: ConfirmedPublisher, letters: Sequence[Letter]) -> None:
    """Until a queue has taken each of them."""
    while letters:
        try:
            lost = publisher.publish(letters)
        except BROKER_AWAY:
            time.sleep(PAUSE)
            continue
        letters = [letters[index] for index in sorted(lost)]
