"""A value that is found out again only when it has grown old, however many ask."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from eventlet.semaphore import Semaphore

V = TypeVar("V")


class Fresh(Generic[V]):
    """At most `seconds` old. Of several that ask at once, one finds it out and the others wait for it."""

    def __init__(self, find_out: Callable[[], V], seconds: float) -> None:
        self._find_out = find_out
        self._seconds = seconds
        self._found: tuple[float, V] | None = None
        self._one_at_a_time = Semaphore()

    def __call__(self) -> V:
        """Raises what finding out raises; then the next one tries again."""
        with self._one_at_a_time:
            if self._found is None or monotonic() - self._found[0] >= self._seconds:
                self._found = None
                value = self._find_out()
                self._found = (monotonic(), value)
            return self._found[1]
