"""What protects the application, put around it."""

from flask import Flask
from flask_smorest import Blueprint

from services.gateway.protection import admission, cross_origin, headers
from services.gateway.protection.addresses import Proxies
from services.gateway.protection.blocking import routes as blocking
from services.gateway.protection.blocking.desk import Desk
from services.gateway.protection.blocking.repository import Blocks
from services.gateway.protection.blocking.watch import Watch
from services.gateway.protection.limiting.allowances import Allowances
from services.gateway.protection.limiting.counts import SharedCounts
from services.gateway.protection.limiting.limiter import Limiter
from services.gateway.protection.limiting.settings import read_limits
from services.gateway.protection.settings import read_block_contact, read_origins, read_trusted_proxies
from shared.contracts.topology import GATEWAY
from shared.runtime.calls import Calls
from shared.runtime.mongo import Mongo


class Edge:
    """`watch` has to be kept looking by the process; until it looks, nobody is blocked."""

    def __init__(self, database: Mongo, mongo_uri: str) -> None:
        """`mongo_uri`: for the counts, whose library makes a client of its own."""
        self._proxies = Proxies(read_trusted_proxies())
        self._blocks = Blocks(database)
        self._limiter = Limiter(read_limits(), Allowances(SharedCounts(mongo_uri, GATEWAY)))
        self.watch = Watch(self._blocks)

    def protect(self, app: Flask) -> None:
        """Before any other room is registered, as what is refused here is to cost nothing."""
        admission.register(app, admission.Admission(self._limiter, self.watch, self._proxies, read_block_contact()))
        headers.register(app, self._proxies)
        cross_origin.register(app, read_origins())
        app.extensions["edge"] = self

    def is_encrypted(self) -> bool:
        """Whether the request came over TLS, here or in front of us."""
        return headers.is_encrypted(self._proxies)

    def register(self, blueprint: Blueprint, calls: Calls) -> None:
        blocking.register(blueprint, Desk(self._blocks, calls, self._proxies), self._blocks, self.watch)
