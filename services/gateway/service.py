"""The gateway process: a WSGI application inside nameko, beside its RPC and on its greenlets."""

from flask import Flask
from nameko.extensions import Entrypoint

from services.gateway.app import create_app
from services.gateway.leaving import Leaving
from services.gateway.protection.connections.server import GuardedServer
from shared.contracts.topology import GATEWAY
from shared.runtime.calls import Calls
from shared.runtime.settings import read_settings
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing


class AppServer(GuardedServer):
    calls = Calls()

    def get_wsgi_app(self) -> Flask:
        app = create_app(read_settings(), self.calls)
        self._leaving: Leaving = app.extensions["leaving"]
        self.container.spawn_managed_thread(app.extensions["edge"].watch.keep_looking)
        return app

    def drain(self) -> None:
        self._leaving.begin()
        super().drain()


class Serve(Entrypoint):
    """Makes the container serve HTTP; requests do not pass through nameko workers."""

    server = AppServer()

    def setup(self) -> None:
        self.server.register_provider(self)

    def stop(self) -> None:
        """Returns once the last request is answered: until then the services are called, and their replies heard."""
        self.server.drain()
        self.server.unregister_provider(self)


serve = Serve.decorator


class GatewayService:
    name = GATEWAY

    probe = Probe()
    tracing = Tracing()

    @serve
    def http(self) -> None:
        """Only a mark for nameko: this service has an HTTP side."""
