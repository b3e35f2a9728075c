"""Several documents changed as one: for what is loaded as a whole. A case is one document and needs none of it."""

from collections.abc import Callable
from typing import TypeVar

from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from shared.runtime.mongo import DURABLE, Mongo

R = TypeVar("R")


def in_transaction(db: Mongo, change: Callable[[ClientSession], R]) -> R:
    """What `change` returns, once all that it wrote is durable; it may be called again after a conflict."""
    with db.client.start_session() as session:
        return in_transaction_of(session, change)


def in_transaction_of(session: ClientSession, change: Callable[[ClientSession], R]) -> R:
    """The same in a session that others know of."""
    return session.with_transaction(change, ReadConcern("snapshot"), DURABLE)
