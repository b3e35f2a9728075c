"""Whom the page asks: the broker as its watcher, and each service of the loop for its vital signs."""

from collections.abc import Callable
from functools import partial
from time import monotonic

from nameko.exceptions import RemoteError

from shared.contracts.topology import LOOP_SERVICES
from shared.kernel.errors import Unavailable
from shared.operations.management import Management
from shared.operations.observation import Observation
from shared.operations.observer import Observer, broker_source
from shared.operations.source import Source
from shared.runtime.broker import connect
from shared.runtime.calls import Calls
from shared.runtime.clock import now
from shared.runtime.environment import broker_uri, environment
from shared.runtime.settings import Settings
from shared.runtime.telemetry.vitals import Vitals

LINGER = 120.0
"""Seconds without anybody looking, after which nobody is asked any more and trends begin anew."""


def observer_of(settings: Settings, calls: Calls) -> Observer:
    uri = broker_uri(environment(), "MANAGEMENT_URI", "http://127.0.0.1:15672")
    vhost = str(connect(settings.amqp_uri).virtual_host)
    return Observer(
        broker_source(Management(uri, vhost)),
        {service: Source(partial(_vitals, calls, service), (Unavailable, RemoteError)) for service in LOOP_SERVICES},
    )


def _vitals(calls: Calls, service: str) -> Vitals:
    return Vitals(**calls.call(service, "vitals"))


class Lookout:
    """Asks for as long as somebody looks, however many they are."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._wanted_until = 0.0
        self._round: object | None = None

    def observe(self) -> Observation:
        self._wanted_until = monotonic() + LINGER
        if self._round is None:
            self._round = object()
            self._observer.ask_while(self._goes_on(self._round))
        return self._observer.observe(now())

    def _goes_on(self, round: object) -> Callable[[], bool]:
        """Of all who ask in a round the first to find it over ends it for the others, also if the next has begun."""

        def goes_on() -> bool:
            if self._round is round and monotonic() >= self._wanted_until:
                self._round = None
            return self._round is round

        return goes_on
