"""Many clients, each watching one case, in a process of their own: cut off, they come again with Last-Event-ID."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

AGAIN_AFTER = 0.5
"""Seconds until a client that was cut off or refused comes again."""
SILENCE = 40
"""Seconds without even a heartbeat after which a client takes its connection for dead."""
AT_ONCE = 50
"""Clients that are being connected at the same time."""
TELL_EVERY = 0.5

Event = tuple[int, str, int]
"""Position, source, sequence."""


@dataclass(frozen=True, slots=True)
class Target:
    case_id: str
    token: str


@dataclass
class Watcher:
    """`last` is what the browser would send; `resets` counts how often it was told that something is not kept."""

    target: Target
    last: int = 0
    events: list[Event] = field(default_factory=list)
    connections: int = 0
    resets: int = 0

    async def watch(self, host: str, port: int, gate: asyncio.Semaphore) -> None:
        while True:
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                await self._connect(host, port, gate)
            await asyncio.sleep(AGAIN_AFTER)

    async def _connect(self, host: str, port: int, gate: asyncio.Semaphore) -> None:
        """HTTP/1.0, so that what comes is the stream as it is."""
        async with gate:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), SILENCE)
            request = (
                f"GET /cases/{self.target.case_id}/events HTTP/1.0\r\nHost: {host}\r\n"
                f"Authorization: Bearer {self.target.token}\r\nLast-Event-ID: {self.last}\r\n\r\n"
            )
            writer.write(request.encode())
            status = await asyncio.wait_for(reader.readline(), SILENCE)
        try:
            if b" 200 " in status:
                self.connections += 1
                await self._listen(reader)
        finally:
            writer.close()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        block: dict[str, str] = {}
        while line := (await asyncio.wait_for(reader.readline(), SILENCE)).decode():
            name, _, value = line.strip().partition(":")
            if line.strip():
                block[name] = value.strip()
            elif block:
                self._take(block)
                block = {}

    def _take(self, block: dict[str, str]) -> None:
        if not block.get("id", "").isdecimal():
            return
        self.last = int(block["id"])
        self.resets += block.get("event") == "reset"
        if "data" in block and "event" not in block:
            data = json.loads(block["data"])
            self.events.append((self.last, data["source"], data["sequence"]))


@dataclass(frozen=True, slots=True)
class Heard:
    """What one watcher has heard."""

    case_id: str
    events: list[Event]
    connections: int
    resets: int


def watch_all(gateway: str, targets: list[Target], parent: Connection) -> None:
    """Sends, now and again, how many are connected and how many events there were; at a word of the parent, all."""
    asyncio.run(_watch_all(gateway, targets, parent))


async def _watch_all(gateway: str, targets: list[Target], parent: Connection) -> None:
    address = urlsplit(gateway)
    watchers = [Watcher(target) for target in targets]
    gate = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.create_task(one.watch(address.hostname or "", address.port or 80, gate)) for one in watchers]
    while not parent.poll():
        parent.send((sum(one.connections > 0 for one in watchers), sum(len(one.events) for one in watchers)))
        await asyncio.sleep(TELL_EVERY)
    for task in tasks:
        task.cancel()
    parent.send([Heard(one.target.case_id, one.events, one.connections, one.resets) for one in watchers])
