"""Nameko dependencies that every service needs: values from the settings, and reference data kept fresh."""

from collections.abc import Callable
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider
from pymongo.database import Database

from shared.runtime.faults import MONGO_AWAY
from shared.runtime.mongo import connect
from shared.runtime.settings import Settings, read_settings

Mongo = Database[dict[str, Any]]


class FromSettings(DependencyProvider):
    """A value made of the settings when the process starts."""

    def __init__(self, read: Callable[[Settings], Any]) -> None:
        self._read = read

    def setup(self) -> None:
        self._value = self._read(read_settings())

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._value


class Refreshed(DependencyProvider):
    """A value loaded from the service's database, and again whenever its revision has changed."""

    EVERY = 1.0
    """Seconds between looks at the revision."""

    def __init__(self, load: Callable[[Mongo], Any], revision: Callable[[Mongo], int]) -> None:
        self._load = load
        self._revision = revision

    def setup(self) -> None:
        self._database = connect(read_settings().mongo_uri, self.container.service_name)
        self._seen = self._revision(self._database)
        self._value = self._load(self._database)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._refresh_regularly)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._value

    def _refresh_regularly(self) -> None:
        while True:
            eventlet.sleep(self.EVERY)
            try:
                self._refresh()
            except MONGO_AWAY:
                continue  # what is known still holds; the next look may succeed

    def _refresh(self) -> None:
        current = self._revision(self._database)
        if current != self._seen:
            self._value = self._load(self._database)
            self._seen = current
