"""The gateway process: a WSGI application inside nameko, beside its RPC and on its greenlets."""

from typing import Any

from eventlet import wsgi
from flask import Flask
from nameko.extensions import Entrypoint
from nameko.web.server import WebServer

from services.gateway.app import create_app
from shared.contracts.topology import GATEWAY
from shared.runtime.calls import Calls
from shared.runtime.settings import read_settings

SOCKET_TIMEOUT = 30
"""Seconds that a connection may say nothing."""


class AppServer(WebServer):
    calls = Calls()

    def get_wsgi_app(self) -> Flask:
        return create_app(read_settings(), self.calls)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **kwargs: Any) -> wsgi.Server:
        server = super().get_wsgi_server(sock, wsgi_app, **kwargs)
        server.socket_timeout = SOCKET_TIMEOUT
        server.log_output = False
        return server


class Serve(Entrypoint):
    """Makes the container serve HTTP; requests do not pass through nameko workers."""

    server = AppServer()

    def setup(self) -> None:
        self.server.register_provider(self)

    def stop(self) -> None:
        self.server.unregister_provider(self)


serve = Serve.decorator


class GatewayService:
    name = GATEWAY

    @serve
    def http(self) -> None:
        """Only a mark for nameko: this service has an HTTP side."""
