"""Whether a process could do its work right now: asked of the servers themselves, with an end to the waiting."""

from collections.abc import Callable, Mapping
from typing import Any

import pymongo
from eventlet import GreenPool, Timeout
from pymongo.errors import PyMongoError

from shared.runtime.broker import connect
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.mongo import Mongo

DATABASE, BROKER, IS_CONSUMING = "database", "broker", "consuming"
PATIENCE = 1.5
"""Seconds for a server to answer: a frozen one keeps its connections open and says nothing."""

Check = Callable[[], bool]


def check_all(checks: Mapping[str, Check]) -> dict[str, bool]:
    """Side by side, so that all of them take no longer than the slowest."""
    return dict(zip(checks, GreenPool().imap(lambda check: check(), checks.values()), strict=True))


class DatabaseAnswers:
    """Whether there is a primary that takes our sign-in."""

    def __init__(self, database: Mongo) -> None:
        self._database = database

    def __call__(self) -> bool:
        try:
            with pymongo.timeout(PATIENCE):
                return bool(self._database.command("ping")["ok"])
        except PyMongoError:
            return False


class BrokerAnswers:
    """Whether the broker opens a channel on a connection that is kept for this question."""

    def __init__(self, amqp_uri: str) -> None:
        self._amqp_uri = amqp_uri
        self._connection: Any = None

    def __call__(self) -> bool:
        self._connection = self._connection or connect(self._amqp_uri, connect_timeout=PATIENCE)
        try:
            with Timeout(PATIENCE, TimeoutError()):
                self._connection.channel().close()
        except BROKER_AWAY:
            self._connection.collect(socket_timeout=0.2)
            self._connection = None
            return False
        return True
