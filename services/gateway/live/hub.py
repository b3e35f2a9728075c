"""The hub: reads the log once for all that listen in this process, and gives each what is theirs.

A listener is registered before it reads what it has missed, and the hub knew its own position before that. So
whatever is not in what was read comes through the hub; what is in both is told apart by its position.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import eventlet
from eventlet.event import Event
from eventlet.queue import Empty, Full, LightQueue

from services.gateway.live.reader import Entry, LogReader
from shared.kernel.errors import DomainError

BACKLOG = 1000
"""Entries that wait for a client that reads slowly; what is more is read again from the log, when it is ready."""
LOOK_AGAIN = 1.0
"""Seconds after which the hub looks for more though nobody rang."""


class Ringing(Protocol):
    def wait(self, seconds: float) -> None: ...

    def silence(self) -> None: ...


class Listener:
    """`fell_behind`: the queue is of no use any more, and everything is to be read from the log."""

    def __init__(self, streams: Sequence[str]) -> None:
        self.streams = tuple(streams)
        self.fell_behind = False
        self._waiting: LightQueue = LightQueue(BACKLOG)

    def give(self, entry: Entry) -> None:
        if self._waiting.full():
            self.fell_behind = True
        elif not self.fell_behind:
            self._waiting.put_nowait(entry)

    def wake(self) -> None:
        """Whoever waits for the next need not wait any longer."""
        with suppress(Full):
            self._waiting.put_nowait(None)

    def next(self, seconds: float) -> Entry | None:
        """None where nothing has come within so many seconds: then all that was given was taken.

        What is put into the queue at the very moment when the patience ends is there, though nobody was woken for it.
        """
        with suppress(Empty):
            return self._take(seconds)
        with suppress(Empty):
            return self._take(0)
        return None

    def _take(self, seconds: float) -> Entry | None:
        entry: Entry | None = self._waiting.get(timeout=seconds) if seconds else self._waiting.get_nowait()
        return entry


class Hub:
    def __init__(self, log: LogReader, bell: Ringing) -> None:
        self._log = log
        self._bell = bell
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._reading: Any = None
        self._has_begun = Event()
        self.position = 0
        """Everything up to here was given to whom it concerns."""
        self.has_ended = False

    @contextmanager
    def join(self, streams: Sequence[str]) -> Iterator[Listener]:
        """A listener; whatever the log takes from now on comes to it."""
        listener = Listener(streams)
        for stream in listener.streams:
            self._listeners[stream].add(listener)
        try:
            if not (self._reading or self.has_ended):
                self._has_begun = Event()
                self._reading = eventlet.spawn(self._read)
            self._has_begun.wait()
            yield listener
        finally:
            self._leave(listener)

    def end(self) -> None:
        """Nobody is given anything any more, and whoever waits for something is woken."""
        self.has_ended = True
        if self._reading:
            self._reading.kill()
        if not self._has_begun.ready():
            self._has_begun.send()
        for listener in self._all():
            listener.wake()

    @property
    def has_listeners(self) -> bool:
        return bool(self._listeners)

    def _leave(self, listener: Listener) -> None:
        for stream in listener.streams:
            self._listeners[stream].discard(listener)
            if not self._listeners[stream]:
                del self._listeners[stream]
        if not self._listeners and self._reading:
            self._reading.kill()
            self._reading = None
            self._bell.silence()

    def _read(self) -> None:
        """For as long as anybody listens."""
        self.position = self._patiently(self._log.tail)
        self._has_begun.send()
        while True:
            excerpt = self._patiently(lambda: self._log.read(self.position))
            if excerpt.lost:
                for listener in self._all():
                    listener.fell_behind = True
            for entry in excerpt.entries:
                self._give(entry)
            self.position = excerpt.upto
            if not excerpt.entries:
                self._bell.wait(LOOK_AGAIN)

    def _give(self, entry: Entry) -> None:
        concerned = {listener for stream in entry["streams"] for listener in self._listeners.get(stream, ())}
        for listener in concerned:
            listener.give(entry)

    def _all(self) -> set[Listener]:
        return {listener for listeners in self._listeners.values() for listener in listeners}

    @staticmethod
    def _patiently(ask: Any) -> Any:
        """The answer, once feed and the broker are there to give it."""
        while True:
            try:
                return ask()
            except DomainError:
                eventlet.sleep(LOOK_AGAIN)
