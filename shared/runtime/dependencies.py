"""Nameko dependencies that every service needs: values from the settings, and reference data kept fresh."""

from collections.abc import Callable
from logging import getLogger
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider
from pymongo.errors import PyMongoError

from shared.runtime.mongo import Mongo, connect
from shared.runtime.settings import Settings, read_settings

_log = getLogger(__name__)


class FromSettings(DependencyProvider):
    """A value made of the settings when the process starts."""

    def __init__(self, read: Callable[[Settings], Any]) -> None:
        self._read = read

    def setup(self) -> None:
        self._value = self._read(read_settings())

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._value


class ServiceDatabase(DependencyProvider):
    """The service's own database, for what is no case."""

    def setup(self) -> None:
        self._database = connect(read_settings().mongo_uri, self.container.service_name)

    def get_dependency(self, worker_ctx: Any) -> Mongo:
        return self._database


class Refreshed(DependencyProvider):
    """A value loaded from the service's database, and again whenever its revision has changed.

    What is stored may be of another version of the code, or edited by hand, and not be understood here: then
    a process does not start, and one that runs keeps the value that it has until the next revision.
    """

    EVERY = 1.0
    """Seconds between looks at the revision."""

    def __init__(self, load: Callable[[Mongo], Any], revision: Callable[[Mongo], int]) -> None:
        self._load = load
        self._revision = revision

    def setup(self) -> None:
        self._database = connect(read_settings().mongo_uri, self.container.service_name)
        self._seen = self._revision(self._database)
        try:
            self._value = self._load(self._database)
        except ValueError as error:
            error.add_note(f"Stored in the database {self._database.name}: load the files again, see `steward --help`.")
            raise

    def start(self) -> None:
        self.container.spawn_managed_thread(self._refresh_regularly)

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._value

    def _refresh_regularly(self) -> None:
        while True:
            eventlet.sleep(self.EVERY)
            try:
                self._refresh()
            except PyMongoError:
                continue  # what is known still holds; the next look may succeed

    def _refresh(self) -> None:
        current = self._revision(self._database)
        if current == self._seen:
            return
        try:
            self._value = self._load(self._database)
        except PyMongoError:
            raise
        except Exception:
            _log.exception("revision %d in %s not taken up, what was known stays", current, self._database.name)
        self._seen = current
