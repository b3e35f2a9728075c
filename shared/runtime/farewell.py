"""The end of a web server: who is connected is answered once more, and told that it was the last time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socket import SHUT_RD, SHUT_RDWR
from typing import Any

import eventlet
from eventlet import Timeout, wsgi

GRACE = 1.0
"""Seconds in which a connection that is kept open may still be used: whoever sends just now is answered."""
LOOK = 0.02


class Farewell:
    """Knows the open connections of an eventlet server, as this keeps them: address, socket, what it is at."""

    def __init__(self, server: wsgi.Server) -> None:
        self._server = server
        self._open: dict[int, Any] = {}

    @contextmanager
    def among_the_open(self, connection: Any) -> Iterator[None]:
        self._open[id(connection)] = connection
        try:
            yield
        finally:
            del self._open[id(connection)]

    def say(self, patience: float) -> None:
        """Returns when every connection is closed; those that are not after so many seconds are cut.

        Answers say `Connection: close` from now on. A connection on which nothing is asked is not closed at once:
        what its client has just sent would be lost without an answer.
        """
        self._server.keepalive = False
        with Timeout(max(patience, GRACE), False):
            self._wait(GRACE)
            for connection in [*self._open.values()]:
                if connection[2] == wsgi.STATE_IDLE:
                    _shut(connection[1], SHUT_RD)
            self._wait(patience)
        for connection in [*self._open.values()]:
            _shut(connection[1], SHUT_RDWR)

    def _wait(self, seconds: float) -> None:
        with Timeout(seconds, False):
            while self._open:
                eventlet.sleep(LOOK)


def _shut(client: Any, how: int) -> None:
    """Whoever reads from it is at the end, after what had come already."""
    with suppress(OSError):
        client.shutdown(how)
