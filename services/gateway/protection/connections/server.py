"""nameko's web server, kept from being filled, starved or brought down by its connections."""

import resource
import socket
from functools import partial
from logging import getLogger
from typing import Any

import eventlet
from eventlet import wsgi
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
from shared.runtime.telemetry.metrics import CONNECTIONS_OPEN

SPARE_FILES = 100
"""Descriptors for what is no client: the broker, the database, files."""
BREATH = 0.1
"""Seconds without accepting where the system has no descriptor left; those that wait in line are not lost."""
log = getLogger(__name__)


class GuardedWsgiServer(wsgi.Server):
    limits: ConnectionSettings

    def process_request(self, conn_state: Any) -> None:
        """Whatever goes wrong on a connection is the end of that connection, and of nothing else."""
        try:
            super().process_request(conn_state)
        except (Abandoned, RequestTimeout, ConnectionError):
            pass
        except Exception:
            log.exception("a connection failed")


class GuardedServer(WebServer):
    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_: Any) -> wsgi.Server:
        server = GuardedWsgiServer(
            sock, sock.getsockname(), wsgi_app, log=log, protocol=GuardedProtocol, debug=False, socket_timeout=None
        )
        server.limits = read_connection_settings()
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
