"""The journal as a nameko dependency: `reports = Journal(MongoReports)` gives a service its cases."""

from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from shared.runtime.clock import now
from shared.runtime.journal import MongoCases
from shared.runtime.mongo import connect
from shared.runtime.relay import Relay
from shared.runtime.settings import read_settings
from shared.runtime.sweeper import Sweeper
from shared.runtime.telemetry.vitals import UNPUBLISHED, Vitals, read_vitals

SWEEP_EVERY = 2.0
DRAIN_PATIENCE = 5.0
"""Seconds."""


class Journal(DependencyProvider):
    """Opens the service's collection, relays its events, and sweeps after crashes."""

    def __init__(self, repository: type[MongoCases[Any]]) -> None:
        self._repository = repository

    def setup(self) -> None:
        settings = read_settings()
        service = self.container.service_name
        collection = connect(settings.mongo_uri, service)[self._repository.collection_name]
        self._relay = Relay(service, settings.amqp_uri, collection)
        self._cases = self._repository(collection, self._relay)
        self._sweeper = Sweeper(self._repository.case_type, collection, self._relay)
        collection.create_indexes([*self._repository.indexes, UNPUBLISHED])

    def start(self) -> None:
        self._relay.start(self.container.spawn_managed_thread)
        self.container.spawn_managed_thread(self._sweep_regularly)

    def stop(self) -> None:
        """A stopped process leaves nothing for the sweeper of the next one, if the broker is there to take it."""
        self._relay.drain(DRAIN_PATIENCE)

    def get_dependency(self, worker_ctx: Any) -> MongoCases[Any]:
        return self._cases

    def vitals(self) -> Vitals:
        """Raises PyMongoError."""
        return read_vitals(self._cases.collection, self._repository, now())

    def _sweep_regularly(self) -> None:
        while True:
            eventlet.sleep(SWEEP_EVERY)
            self._sweeper.sweep()
