"""A TCP proxy on the way to a server, and all that can become of a line: cut, reset, slow, silent, half-open, mute."""

import asyncio
import socket
from collections.abc import Coroutine
from struct import pack
from threading import Thread
from typing import Any, Self

from steward.stack.ports import LOOPBACK

PIECE = 64 * 1024
COMMAND_SECONDS = 5
RESET_ON_CLOSE = pack("ii", 1, 0)
"""SO_LINGER, switched on, 0 seconds: closing tells the other side by a RST."""


class Line:
    """A connection of a client, and the one to the server that stands behind it."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._near, self._far = near, far
        self.is_forgotten = False

    def reset(self) -> None:
        _reset(self._near)
        _reset(self._far)

    def forget(self) -> None:
        """The server knows nothing of it any more, and the client is not told."""
        self.is_forgotten = True
        _reset(self._far)


class Proxy:
    """Runs in a thread of its own; `port` is where clients find it, `target` the server's."""

    def __init__(self, target: int = 0) -> None:
        self.port = 0
        self.target = target
        self._lines: set[Line] = set()
        self._delay = 0.0
        self._is_mute = False
        self._loop = asyncio.new_event_loop()
        self._passing = asyncio.Event()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._passing.set()
        self._do(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """Every connection breaks, and none can be made."""
        self._do(self._cut())

    def reset(self) -> None:
        """Every connection breaks; new ones can be made at once."""
        self._do(self._reset())

    def slow(self, seconds: float) -> None:
        """Each piece, in either direction, takes that much longer."""
        self._delay = seconds

    def silence(self) -> None:
        """Connections stay, and can be made, but what is sent waits."""
        self._loop.call_soon_threadsafe(self._passing.clear)

    def forget(self) -> None:
        """Half-open: the server is rid of its connections, what clients send on them vanishes; new ones work."""
        self._do(self._forget())

    def mute(self) -> None:
        """What clients send arrives, and no answer comes back: whether it was done they cannot know."""
        self._is_mute = True

    def mend(self) -> None:
        """What waited goes on; a connection of which something was lost breaks, as the first packet would show."""
        self._do(self._mend())

    def _do(self, action: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(action, self._loop).result(COMMAND_SECONDS)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._accept, LOOPBACK, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _cut(self) -> None:
        self._server.close()
        await self._reset()

    async def _reset(self) -> None:
        for line in list(self._lines):
            line.reset()

    async def _forget(self) -> None:
        for line in self._lines:
            line.forget()

    async def _mend(self) -> None:
        for line in list(self._lines):
            if self._is_mute or line.is_forgotten:
                line.reset()
        self._delay, self._is_mute = 0.0, False
        self._passing.set()
        if not self._server.is_serving():
            await self._listen()

    async def _end(self) -> None:
        await self._cut()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        try:
            answers, far = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            _reset(near)
            return
        line = Line(near, far)
        self._lines.add(line)
        try:
            await asyncio.gather(self._pump(line, reader, far), self._pump(line, answers, near, is_answer=True))
        finally:
            self._lines.discard(line)
            line.reset()

    async def _pump(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool = False
    ) -> None:
        """Until either end is closed, which closes the other: but for a line that the server has forgotten."""
        try:
            while piece := await reader.read(PIECE):
                await asyncio.sleep(self._delay)
                await self._passing.wait()
                if not (line.is_forgotten or (is_answer and self._is_mute)):
                    writer.write(piece)
                    await writer.drain()
        except OSError:
            pass
        if not (is_answer and line.is_forgotten):
            line.reset()


def _reset(writer: asyncio.StreamWriter) -> None:
    endpoint: socket.socket | None = writer.get_extra_info("socket")
    if endpoint is not None and endpoint.fileno() >= 0:
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    writer.transport.abort()
