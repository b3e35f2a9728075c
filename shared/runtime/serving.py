"""Serving a WSGI application to our own processes, on greenlets, until the last request is answered."""

from logging import getLogger
from typing import Any

import eventlet
from eventlet import greenio, wsgi

from shared.runtime.farewell import Farewell
from shared.runtime.listening import listen, waiting_clients

_log = getLogger(__name__)


class InnerServer:
    """Without any limit of its own: for an address inside, that nobody else reaches."""

    def __init__(self, address: str, app: Any, socket_timeout: float) -> None:
        """`socket_timeout`: seconds that a connection may say nothing. Raises OSError where it cannot listen."""
        self._address = address
        self._socket = listen(address)
        self._server = wsgi.Server(
            self._socket, self._socket.getsockname(), app, log=_log, log_output=False, socket_timeout=socket_timeout
        )
        self._farewell = Farewell(self._server)
        self._accepting: Any = None

    def run(self) -> None:
        self._accepting = eventlet.getcurrent()
        while True:
            self._take(*self._socket.accept())

    def drain(self, patience: float) -> None:
        """Takes no more; returns when who is connected has been answered, or after so many seconds."""
        if self._accepting:
            eventlet.kill(self._accepting)
        for client, address in waiting_clients(self._socket, self._address):
            self._take(client, address)
        self._socket.close()
        self._farewell.say(patience)

    def _take(self, client: Any, address: Any) -> None:
        client.settimeout(self._server.socket_timeout)
        eventlet.spawn_n(self._serve, [address, client, wsgi.STATE_IDLE])

    def _serve(self, connection: Any) -> None:
        with self._farewell.among_the_open(connection):
            try:
                self._server.process_request(connection)
            except Exception:
                _log.exception("a connection failed")
            finally:
                greenio.shutdown_safe(connection[1])
                connection[1].close()
