"""nameko's web server, kept from being filled, starved or brought down by its connections."""

import resource
import socket
from functools import partial
from logging import getLogger
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.constants import WEB_SERVER_CONFIG_KEY
from nameko.web.server import WebServer
from werkzeug.exceptions import RequestTimeout

from services.gateway.protection.addresses import Proxies
from services.gateway.protection.connections.early import FULL, early_problem
from services.gateway.protection.connections.occupancy import Occupancy
from services.gateway.protection.connections.pace import Abandoned
from services.gateway.protection.connections.protocol import GuardedProtocol
from services.gateway.protection.settings import (
    ConnectionSettings,
    read_connection_settings,
    read_trusted_proxies,
)
from shared.runtime.farewell import Farewell
from shared.runtime.listening import listen, waiting_clients
from shared.runtime.telemetry.metrics import CONNECTIONS_OPEN

SPARE_FILES = 100
"""Descriptors for what is no client: the broker, the database, files."""
BREATH = 0.1
"""Seconds without accepting where the system has no descriptor left; those that wait in line are not lost."""
log = getLogger(__name__)


class GuardedWsgiServer(wsgi.Server):
    limits: ConnectionSettings
    farewell: Farewell

    def process_request(self, conn_state: Any) -> None:
        """Whatever goes wrong on a connection is the end of that connection, and of nothing else."""
        try:
            with self.farewell.among_the_open(conn_state):
                super().process_request(conn_state)
        except (Abandoned, RequestTimeout, ConnectionError):
            pass
        except Exception:
            log.exception("a connection failed")


class GuardedServer(WebServer):
    _starting: bool
    _gt: Any
    _serv: Any

    @property
    def bind_addr(self) -> str:
        """As `listen` takes it."""
        return str(self.container.config[WEB_SERVER_CONFIG_KEY])

    def start(self) -> None:
        """As nameko's, but that the socket may be one that several processes share."""
        if not self._starting:
            self._starting = True
            self._sock = listen(self.bind_addr)
            self._serv = self.get_wsgi_server(self._sock, self.get_wsgi_app())
            self._gt = self.container.spawn_managed_thread(self.run)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_: Any) -> wsgi.Server:
        server = GuardedWsgiServer(
            sock, sock.getsockname(), wsgi_app, log=log, protocol=GuardedProtocol, debug=False, socket_timeout=None
        )
        server.limits = read_connection_settings()
        server.farewell = Farewell(server)
        server.log_output = False
        _allow_files(server.limits.most + SPARE_FILES)
        self._occupancy = Occupancy(server.limits.most, server.limits.most_per_address, Proxies(read_trusted_proxies()))
        CONNECTIONS_OPEN.set_function(lambda: self._occupancy.connections)
        return server

    def run(self) -> None:
        while self._is_accepting:
            try:
                client, address = self._sock.accept()
            except OSError as fault:
                log.warning("no connection can be accepted: %s", fault.strerror)
                eventlet.sleep(BREATH)
                continue
            self._take(client, address)

    def drain(self) -> None:
        """Takes no more connections; returns when those that there are have been answered and closed."""
        self._is_accepting = False
        self._gt.kill()
        for client, address in waiting_clients(self._sock, self.bind_addr):
            self._take(client, address)
        self._sock.close()
        self._serv.farewell.say(self._serv.limits.drain_seconds)

    def _take(self, client: Any, address: Any) -> None:
        if self._occupancy.enter(address[0]):
            self.container.spawn_managed_thread(partial(self._serve, client, address))
        else:
            _turn_away(client)

    def _serve(self, client: Any, address: Any) -> None:
        try:
            self.process_request(client, address)
        finally:
            client.close()
            self._occupancy.leave(address[0])


def _turn_away(client: Any) -> None:
    """In a few bytes that the system takes at once, so that nobody has to wait for it."""
    try:
        client.setblocking(False)
        client.fd.send(early_problem(503, FULL, "Retry-After: 5"))
        client.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    finally:
        client.close()


def _allow_files(wanted: int) -> None:
    """As many descriptors as the system lets the process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
