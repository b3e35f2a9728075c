"""Feed's log in memory, as a gateway reads it, and a stream over it."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import eventlet

from services.gateway.live.hub import Hub
from services.gateway.live.reader import Entry, Excerpt
from services.gateway.live.settings import LiveSettings
from services.gateway.live.stream import Stream
from services.gateway.live.watching import Judge
from shared.kernel.errors import Unavailable
from tests.support.sse import Told, read_events

SETTINGS = LiveSettings(heartbeat=0.05, judge_again=0.1)


@dataclass
class ShortLog:
    """`first`: what is older has expired. `is_away`: nobody answers. `page`: the most that an answer holds."""

    entries: list[Entry] = field(default_factory=list)
    first: int = 1
    is_away: bool = False
    page: int = 3

    def add(self, *streams: str, **changes: Any) -> int:
        position = len(self.entries) + 1
        told = {"case_id": "c", "source": "dispatch", "sequence": position, "type": "WorkStarted", "state": "open"}
        where = {"position": position, "streams": list(streams), "at": "", "unit_path": []}
        self.entries.append({**where, **told, **changes})
        return position

    def tail(self) -> int:
        self._answer()
        return len(self.entries)

    def read(self, after: int, streams: Sequence[str] | None = None) -> Excerpt:
        self._answer()
        tail = len(self.entries)
        if after > tail or after + 1 < self.first:
            return Excerpt((), tail, lost=True)
        wanted = [entry for entry in self.entries[after:] if streams is None or {*streams} & {*entry["streams"]}]
        page = wanted[: self.page]
        return Excerpt(page, page[-1]["position"] if len(page) == self.page else tail, lost=False)

    def _answer(self) -> None:
        """As over a network: others run meanwhile."""
        eventlet.sleep(0)
        if self.is_away:
            raise Unavailable("feed")


class Silent:
    """A bell that nobody rings."""

    def wait(self, seconds: float) -> None:
        eventlet.sleep(0.01)

    def silence(self) -> None:
        pass


@dataclass
class Watcher:
    """A client: what it was told, in a greenlet of its own."""

    told: list[Told] = field(default_factory=list)
    has_ended: bool = False

    def watch(self, hub: Hub, log: ShortLog, judge: Judge, after: int = 0, slow: float = 0) -> "Watcher":
        stream = Stream(hub, log, SETTINGS, judge, judge())
        self.client = eventlet.spawn(self._run, stream.run(after), slow)
        return self

    def leave(self) -> None:
        self.client.kill()

    def positions(self) -> list[int]:
        return [one.id for one in self.told if one.name == "message"]

    def _run(self, texts: Generator[str, None, None], slow: float) -> None:
        """Closes the stream as a server does: left to the collector of garbage, it may end in another thread."""
        with closing(texts):
            lines = (line for text in texts for line in text.split("\n")[:-1])
            for told in read_events(lines):
                self.told.append(told)
                eventlet.sleep(slow)
        self.has_ended = True
