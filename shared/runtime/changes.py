"""An entrypoint that fires whenever reference data of the service has changed, and when the process starts."""

from typing import Any

import eventlet
from eventlet.event import Event
from nameko.extensions import Entrypoint

EVERY = 1.0
SETTLED = 10.0
"""Seconds after which every instance has taken a change up: what one of them did meanwhile under the old
data is caught by firing once more."""


class WheneverChanged(Entrypoint):
    """`dependency` is the attribute of a `Refreshed` of the same service."""

    def __init__(self, dependency: str, **kwargs: Any) -> None:
        self._dependency = dependency
        super().__init__(**kwargs)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._watch)

    def _watch(self) -> None:
        seen = None
        while True:
            current = self._provider.get_dependency(None)
            if current is not seen and self._succeeds():
                seen = current
                eventlet.sleep(SETTLED)
                self._succeeds()
            eventlet.sleep(EVERY)

    def _succeeds(self) -> bool:
        done = Event()

        def handle_result(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(exc_info is None)
            return result, exc_info

        self.container.spawn_worker(self, (), {}, handle_result=handle_result)
        return bool(done.wait())

    @property
    def _provider(self) -> Any:
        return next(provider for provider in self.container.dependencies if provider.attr_name == self._dependency)


whenever_changed = WheneverChanged.decorator
