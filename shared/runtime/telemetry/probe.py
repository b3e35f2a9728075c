"""The probe: where a process is asked how it is, by whoever starts, watches or restarts it.

`/health/live` answers as long as the process runs its greenlets. `/health/ready` is 503 while a server that it
depends on is away, or nothing is taken from its queues. `/metrics` is for Prometheus. It listens on
PROBE_ADDRESS, which is for the machine or the cluster alone and never for the public; unset, nowhere.
"""

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from nameko.web.server import parse_address
from prometheus_client import Metric
from pymongo.errors import PyMongoError

from shared.runtime.consuming import PatientQueueConsumer
from shared.runtime.mongo import connect
from shared.runtime.settings import read_settings
from shared.runtime.store import Journal
from shared.runtime.subscription import Subscription
from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.fresh import Fresh
from shared.runtime.telemetry.logs import name_process, tell_of
from shared.runtime.telemetry.readiness import (
    BROKER,
    DATABASE,
    IS_CONSUMING,
    BrokerAnswers,
    Check,
    DatabaseAnswers,
    check_all,
)
from shared.runtime.telemetry.serving import create_app
from shared.runtime.telemetry.vitals import Vitals

CHECKS_KEPT, VITALS_KEPT = 1.0, 5.0
"""Seconds: so often the servers are asked at most, however often we are."""
SOCKET_TIMEOUT = 30
"""Seconds that a connection may say nothing."""


class Probe(DependencyProvider):
    """Gives a worker the vital signs of its service, and serves what others ask the process."""

    def setup(self) -> None:
        name_process(self.container.service_name)
        settings = read_settings()
        checks: dict[str, Check] = {
            DATABASE: DatabaseAnswers(connect(settings.mongo_uri, self.container.service_name)),
            BROKER: BrokerAnswers(settings.amqp_uri),
            **self._own_checks(),
        }
        self._checks = Fresh(lambda: check_all(checks), CHECKS_KEPT)
        self._vitals = Fresh(self._read_vitals, VITALS_KEPT)
        self._socket = _listen(settings.probe_address) if settings.probe_address else None

    def start(self) -> None:
        if self._socket:
            self.container.spawn_managed_thread(self._serve)

    def get_dependency(self, worker_ctx: Any) -> Fresh[Vitals]:
        """Called, it gives the vital signs of the service; raises PyMongoError where the database is away."""
        return self._vitals

    def worker_setup(self, worker_ctx: Any) -> None:
        tell_of(case_id=_case_of(worker_ctx))

    def collect(self) -> Iterable[Metric]:
        """What was counted, and what is read anew whenever somebody asks."""
        yield from metrics.REGISTRY.collect()
        checks = self._checks()
        yield metrics.READY.by(checks)
        if IS_CONSUMING in checks:
            yield metrics.CONSUMING.of(checks[IS_CONSUMING])
        if checks[DATABASE] and self._journals():
            yield from self._readings()

    def _readings(self) -> Iterable[Metric]:
        try:
            vitals = self._vitals()
        except PyMongoError:
            return
        yield metrics.UNPUBLISHED_CASES.of(vitals.unpublished_cases)
        yield metrics.UNPUBLISHED_AGE_SECONDS.of(vitals.unpublished_age)
        yield metrics.TIMER_OVERDUE_SECONDS.by(vitals.timer_overdue)
        yield metrics.OPEN_CASES.by(vitals.open_cases)

    def _own_checks(self) -> dict[str, Check]:
        """Of a process that hears events, calls, or answers to its calls."""
        consumers = [one for one in self.container.extensions if isinstance(one, Subscription | PatientQueueConsumer)]
        return {IS_CONSUMING: lambda: all(one.is_consuming for one in consumers)} if consumers else {}

    def _journals(self) -> list[Journal]:
        return [one for one in self.container.dependencies if isinstance(one, Journal)]

    def _read_vitals(self) -> Vitals:
        return reduce(add, (journal.vitals() for journal in self._journals()))

    def _serve(self) -> None:
        wsgi.server(self._socket, create_app(self, self._checks), log_output=False, socket_timeout=SOCKET_TIMEOUT)


def _case_of(worker_ctx: Any) -> str | None:
    """The case that a call is about; a batch of events is about many."""
    request = worker_ctx.kwargs.get("request")
    said = request if isinstance(request, dict) else worker_ctx.kwargs
    case_id = said.get("case_id")
    return case_id if isinstance(case_id, str) else None


def _listen(address: str) -> Any:
    """A port of this process alone: eventlet would share it with another, and each would answer for both."""
    try:
        return eventlet.listen(parse_address(address), reuse_port=False)
    except OSError as error:
        error.add_note(f"PROBE_ADDRESS {address}: every process needs one of its own")
        raise
