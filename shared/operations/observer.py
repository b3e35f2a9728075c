"""The observer: asks the broker and the services over and over, each at its own pace, and says how everything is.

Nobody waits for who does not answer: an observation is put together of what was said last.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from logging import getLogger
from threading import Thread
from time import sleep
from typing import Any

from requests import RequestException

from shared.operations.broker import BrokerFigures, BrokerMemory
from shared.operations.management import Management
from shared.operations.observation import Observation
from shared.operations.processes import Attendance, Program, by_broker, by_programs
from shared.operations.source import Away, Source
from shared.operations.stages import stages
from shared.runtime.clock import now
from shared.runtime.telemetry.vitals import Vitals

_log = getLogger(__name__)

EVERY = 2.0
"""Seconds between two questions to the same source; the broker's own statistics are 5 s apart."""


class Observer:
    """`programs`: as their supervisor sees them, where there is one to be asked."""

    def __init__(
        self,
        broker: Source[BrokerFigures],
        vitals: Mapping[str, Source[Vitals]],
        programs: Source[Sequence[Program]] | None = None,
    ) -> None:
        self._broker = broker
        self._vitals = vitals
        self._programs = programs
        self._attendance = Attendance()

    def observe(self, at: datetime) -> Observation:
        """What is known now; it asks nobody and returns at once."""
        broker = self._broker.latest(at)
        figures = None if isinstance(broker, Away) else broker
        vitals = {service: source.latest(at) for service, source in self._vitals.items()}
        programs = self._programs.latest(at) if self._programs else None
        processes = (
            by_broker(figures, self._attendance, at)
            if programs is None or isinstance(programs, Away)
            else by_programs(programs, figures, self._attendance, at)
        )
        return Observation(at, broker, vitals, tuple(stages(figures, vitals)), tuple(processes))

    def ask_while(self, wanted: Callable[[], bool]) -> None:
        """Returns at once. Whoever is being asked when it is no longer wanted is not waited for."""
        sources: list[Source[Any]] = [self._broker, *self._vitals.values()]
        if self._programs:
            sources.append(self._programs)
        for source in sources:
            Thread(target=_keep_asking, args=(source, wanted), daemon=True).start()


def broker_source(management: Management) -> Source[BrokerFigures]:
    memory = BrokerMemory()

    def ask() -> BrokerFigures:
        reading = management.read()
        return memory.note(now(), reading)

    return Source(ask, (RequestException,))


def _keep_asking(source: Source[Any], wanted: Callable[[], bool]) -> None:
    while wanted():
        try:
            source.look()
        except Exception:  # then it shows as one that does not answer, and is asked again
            _log.exception("asking failed")
        sleep(EVERY)
