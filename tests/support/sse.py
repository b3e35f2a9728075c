"""Server-sent events as a browser reads them, for tests."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

import requests

from steward.stack.waiting import wait_until
from tests.support.http import PATIENCE, Person


@dataclass
class Told:
    """One event. `name` is `message` where the stream names none."""

    id: int
    name: str
    data: dict[str, Any] = field(default_factory=dict)


def read_events(lines: Iterable[str]) -> Iterator[Told]:
    """Heartbeats are events named `heartbeat`, which a browser would keep to itself."""
    block: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            block[name] = value.strip()
            continue
        if "data" in block:
            yield Told(int(block["id"]), block.get("event", "message"), json.loads(block["data"]))
        elif "id" in block:
            yield Told(int(block["id"]), "heartbeat")
        block = {}


def changes(told: Iterable[Told]) -> list[tuple[str, str]]:
    """Of which source, what."""
    return [(one.data["source"], one.data["type"]) for one in told if one.name == "message"]


class Watching:
    """A client that watches in a thread until it is left; `told` is what it has heard so far."""

    def __init__(self, by: Person, path: str, last: int | None = None) -> None:
        came_again = {} if last is None else {"Last-Event-ID": str(last)}
        headers = {"Authorization": f"Bearer {by.token}", **came_again}
        self.told: list[Told] = []
        self._answer = requests.get(by.gateway + path, headers=headers, stream=True, timeout=30)
        self._answer.raise_for_status()
        self._listening = Thread(target=self._listen, daemon=True)
        self._listening.start()
        self.until(lambda: self.told)

    def until(self, condition: Callable[[], Any]) -> None:
        wait_until(lambda: bool(condition()), PATIENCE, f"only {[(one.name, one.data) for one in self.told]}")

    def leave(self) -> int:
        """The id of the last event, as a browser would send it when it comes again; what had come already is told."""
        self._answer.raw.shutdown()
        self._listening.join(PATIENCE)
        return self.told[-1].id

    def _listen(self) -> None:
        lines = self._answer.iter_lines(chunk_size=1, decode_unicode=True)
        with suppress(requests.RequestException):
            self.told.extend(read_events(lines))
