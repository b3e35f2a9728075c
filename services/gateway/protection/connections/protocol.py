"""HTTP on one connection, with an end to all waiting: for a request, its headers, its body, and the answer's reader."""

import socket
import struct
from contextlib import suppress
from functools import partial
from typing import Any

from eventlet import Timeout
from eventlet.wsgi import STATE_REQUEST
from nameko.web.server import HttpOnlyProtocol

from services.gateway.protection.connections.early import LATE_HEADERS, NO_HTTP, NO_LENGTH, early_problem
from services.gateway.protection.connections.pace import PIECE, Pace, PacedReader, PacedWriter
from services.gateway.protection.settings import ConnectionSettings

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER: what was not taken yet is thrown away and not kept for who does not take it."""
MOST_DISCARDED = 1024 * 1024
"""Bytes of a body that was refused."""


class Late(Exception):
    """The client said nothing, or not all, in time."""


class GuardedProtocol(HttpOnlyProtocol):
    conn_state: Any
    server: Any
    """With `limits` of its own."""
    wfile: Any
    is_abandoned = False

    def setup(self) -> None:
        super().setup()
        self.wfile = PacedWriter(self.wfile, self._pace, self._abandon)

    def finish(self) -> None:
        if not self.is_abandoned:
            super().finish()
            return
        for end in (self.wfile, self.rfile, self.connection):
            with suppress(OSError):
                end.close()

    def _read_request_line(self) -> Any:
        """Nothing from who keeps silent. Raises Late for who began and does not go on."""
        try:
            with Timeout(self._limits.idle_seconds, Late()):
                self.rfile.peek(1)
        except (Late, OSError):
            return b""
        self.conn_state[2] = STATE_REQUEST  # from its first byte on it is answered, whatever ends meanwhile
        with Timeout(self._limits.header_seconds, Late()):
            return super()._read_request_line()

    def parse_request(self) -> bool:
        with Timeout(self._limits.header_seconds, Late()):
            is_read = bool(super().parse_request())
        if is_read and "Transfer-Encoding" in self.headers:
            self._refuse(411, NO_LENGTH)
            return False
        return is_read

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except Late:
            self._refuse(408, LATE_HEADERS)

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        body = environ["eventlet.input"]
        body.rfile = PacedReader(body.rfile, self._pace, self._close_after_answer)
        body.discard = partial(self._discard, body)
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What cannot be read as HTTP gets no page of the library's, which tells its name and version."""
        self._refuse(code, NO_HTTP)

    def _refuse(self, status: int, detail: str) -> None:
        self._close_after_answer()
        self.wfile.write(early_problem(status, detail))
        self.wfile.flush()

    def _discard(self, body: Any) -> None:
        """Reads the little that nobody asked for, so that the next request can be found; lets go of who sends more."""
        for _ in range(MOST_DISCARDED // PIECE):
            if not body.read(PIECE):
                return
        self._close_after_answer()

    @property
    def _limits(self) -> ConnectionSettings:
        limits: ConnectionSettings = self.server.limits
        return limits

    @property
    def _pace(self) -> Pace:
        return Pace(self._limits.grace_seconds, self._limits.slowest_rate)

    def _close_after_answer(self) -> None:
        self.close_connection = 1

    def _abandon(self) -> None:
        self.is_abandoned = True
        self._close_after_answer()
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.connection.shutdown(socket.SHUT_RDWR)
