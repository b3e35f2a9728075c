"""One client's stream: what it has missed, then what happens, and in between that nothing does."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from random import randrange
from time import monotonic

import eventlet

from services.gateway.identity.tokens import InvalidToken
from services.gateway.live import sse
from services.gateway.live.hub import Hub, Listener
from services.gateway.live.reader import Entry, LogReader
from services.gateway.live.settings import LiveSettings
from services.gateway.live.watching import Judge, Watch
from shared.kernel.errors import DomainError, Unavailable
from shared.runtime.telemetry import metrics

PAUSE = 1.0
"""Seconds between two tries, while nobody can say what may be watched, or what was missed."""


class Ended(Exception):
    """There is nothing more to watch for this caller, or not here."""


class Stream:
    """`watch` was judged just now; `judge` is asked again, and before anything is told that may change the answer."""

    def __init__(self, hub: Hub, log: LogReader, settings: LiveSettings, judge: Judge, watch: Watch) -> None:
        self._hub, self._log, self._settings = hub, log, settings
        self._judge, self._watch, self._judged_at = judge, watch, monotonic()
        self._position = 0

    def run(self, position: int) -> Generator[str, None, None]:
        """Everything after that position, until the caller may watch no longer, or closes it."""
        self._position = position
        yield sse.ready(position)
        with metrics.STREAMS_OPEN.track_inprogress(), suppress(Ended):
            while True:
                yield from self._listen()
        if self._hub.has_ended:
            yield sse.come_again(randrange(sse.RETRY))

    def _listen(self) -> Iterator[str]:
        """Until other streams are to be watched, or the client fell behind: then once more from where it is."""
        with self._hub.join(self._watch.streams) as listener:
            yield from self._catch_up()
            while self._watch.streams == listener.streams and not listener.fell_behind:
                yield from self._hear(listener)

    def _catch_up(self) -> Iterator[str]:
        has_more = True
        while has_more:
            self._require_that_it_goes_on()
            try:
                excerpt = self._log.read(self._position, self._watch.streams)
            except Unavailable:
                yield from self._wait_a_little()
                continue
            if excerpt.lost:
                yield sse.reset(excerpt.upto)
            for entry in excerpt.entries:
                yield from self._tell(entry)
            self._position, has_more = excerpt.upto, bool(excerpt.entries)

    def _hear(self, listener: Listener) -> Iterator[str]:
        self._require_that_it_goes_on()
        entry = listener.next(self._settings.heartbeat)
        if entry:
            yield from self._tell(entry)
        elif not listener.fell_behind:
            self._position = max(self._position, self._hub.position)
            yield sse.heartbeat(self._position)
        if monotonic() - self._judged_at >= self._settings.judge_again:
            yield from self._judge_again()

    def _tell(self, entry: Entry) -> Iterator[str]:
        if entry["position"] <= self._position:
            return
        if entry["type"] in self._watch.turns:
            yield from self._judge_again()
        self._position = entry["position"]
        if self._watch.shows(entry):
            yield sse.change(entry)

    def _judge_again(self) -> Iterator[str]:
        """Raises Ended. Nothing is told while nobody can say whether it may be."""
        while True:
            try:
                self._watch, self._judged_at = self._judge(), monotonic()
            except Unavailable:
                yield from self._wait_a_little()
            except (DomainError, InvalidToken) as refusal:
                raise Ended from refusal
            else:
                return

    def _wait_a_little(self) -> Iterator[str]:
        self._require_that_it_goes_on()
        eventlet.sleep(PAUSE)
        yield sse.heartbeat(self._position)

    def _require_that_it_goes_on(self) -> None:
        """Raises Ended once the process is to end: the client comes again to another, and goes on where it was."""
        if self._hub.has_ended:
            raise Ended
