"""98.95 %, the figure of the seed: told by events, counted into the rollups, and read over HTTP.

Of 7,869 cases that were accepted 7,786 are closed; one fewer would be 98.93 %, one more 98.96 %. Intake and dispatch
are held meanwhile: they would not know the cases that are told of here in their names.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from uuid_utils import uuid7

from benchmarks.processes import held
from shared.contracts.event_types import ORDER_ASSIGNED, ORDER_VERIFIED, REPORT_SUBMITTED
from shared.contracts.topology import DISPATCH, INTAKE, events_exchange
from shared.kernel.actor import ANALYST, system
from shared.kernel.case import Event
from shared.runtime.messages import Publication, encode, message_id
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.batches import in_batches
from steward.stack import Stack
from tests.support.http import Person

pytestmark = pytest.mark.servers

ACCEPTED = 7869
CLOSED = ((7785, "98.93"), (7786, "98.95"), (7787, "98.96"))
"""How many, one after the other, and what share that is."""
AT_A_TIME = 500
PATIENCE = 300
"""Seconds until the first figure has to be there."""


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Gives residents three seconds to rate, so that what is served closes."""
    running = Stack(tmp_path_factory.mktemp("seed")).running(free_ports=True, settings={"RATING_WINDOW": "3s"})
    with running as stack, held([stack.pid(INTAKE), stack.pid(DISPATCH)]):
        yield stack


@pytest.mark.parametrize("years", [("2023",), ("2024", "2025")], ids=["one year", "two years"])
def test_the_figure_of_the_seed(hasty: Stack, years: Sequence[str]) -> None:
    """Of several years it is the figure of the sums, and not a mean of figures."""
    cases = [Case(at) for at in moments(years)]
    tell(hasty, INTAKE, (case.submitted() for case in cases))
    before = 0
    for closed, expected in CLOSED:
        tell(hasty, DISPATCH, (case.served() for case in cases[before:closed]))
        if not before:
            tell(hasty, DISPATCH, (case.assigned() for case in cases[closed:]))
        totals = wait_for(hasty, years, closed)
        assert share(totals) == expected
        if len(years) == 1:
            assert totals[0]["indicators"]["completion"] == expected
        before = closed


def moments(years: Sequence[str]) -> Iterator[datetime]:
    """When each of ACCEPTED cases was reported, evenly over the years in Beijing."""
    first = datetime(int(years[0]), 1, 1, tzinfo=UTC) - timedelta(hours=8)
    step = timedelta(days=365 * len(years)) / ACCEPTED
    return (first + number * step for number in range(ACCEPTED))


class Case:
    """What is told of it; `at`: when it was reported and, as the rules were sure of it, accepted."""

    def __init__(self, at: datetime) -> None:
        self.case_id = str(uuid7())
        self.at = at

    def submitted(self) -> Publication:
        return self._told(1, REPORT_SUBMITTED, {"reporter": "resident-1", "reported_at": self.at})

    def assigned(self) -> Publication:
        return self._order(1, ORDER_ASSIGNED, {})

    def served(self) -> Publication:
        done = self.at + timedelta(hours=1)
        turn = {"started_at": self.at, "completed_at": done, "served_by": "steward-1", "to_verify": True}
        return self._order(2, ORDER_VERIFIED, {**turn, "verified_at": done, "in_time": True, "handling": 3600})

    def _order(self, sequence: int, event_type: str, turn: dict[str, Any]) -> Publication:
        known = {"reporter": "resident-1", "category": "cleaning", "opened_at": self.at, "dispatched_at": self.at}
        return self._told(sequence, event_type, {**known, "rounds": [turn]})

    def _told(self, sequence: int, event_type: str, snapshot: dict[str, Any]) -> Publication:
        event = Event(sequence, event_type, "tell", "told", self.at, system(INTAKE))
        return Publication(self.case_id, event, snapshot)


def tell(stack: Stack, source: str, publications: Iterable[Publication]) -> None:
    """As the relay of that service would."""
    publisher = ConfirmedPublisher(stack.addresses.amqp_uri(source), patience=60)
    letters = (letter(source, publication) for publication in publications)
    for batch in in_batches(letters, AT_A_TIME):
        assert publisher.publish(batch) == set()
    publisher.close()


def letter(source: str, publication: Publication) -> Letter:
    body, headers = encode(source, publication)
    exchange, key = events_exchange(source), publication.event.type
    return Letter(exchange, key, body, headers, message_id(source, publication))


def wait_for(stack: Stack, years: Sequence[str], closed: int) -> list[dict[str, Any]]:
    """The total of each of the years, once so many are closed and no change is uncounted."""
    analyst = Person(stack, ANALYST)
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = analyst.get(f"/indicators?by=all&grain=year&start={years[0]}&end={years[-1]}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        sums = [total(found["totals"], name) for name in ("accepted", "closed")]
        if sums == [ACCEPTED, closed] and found["uncounted"] == 0:
            return list(found["totals"])
        assert time.monotonic() < deadline, (sums, found["uncounted"])
        time.sleep(0.5)


def total(totals: Iterable[dict[str, Any]], name: str) -> int:
    return sum(period["measures"][name] for period in totals)


def share(totals: Sequence[dict[str, Any]]) -> str:
    exact = Decimal(100 * total(totals, "closed")) / total(totals, "accepted")
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
