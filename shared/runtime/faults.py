"""Faults of the infrastructure: nobody's mistake, and over once the server is back."""

from collections.abc import Iterator
from contextlib import contextmanager

from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from shared.kernel.errors import Unavailable

MONGO_AWAY: tuple[type[Exception], ...] = (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
)
BROKER_AWAY: tuple[type[Exception], ...] = (AMQPError, OperationalError, OSError)

KEY_NOT_FOUND = 211
"""MongoDB's code: a node that just came back cannot verify yet how late it is by what its clients were told before."""


def is_mongo_away(error: BaseException) -> bool:
    """Whether MongoDB is away, or back and not ready yet: the same may be tried again."""
    return isinstance(error, MONGO_AWAY) or (isinstance(error, OperationFailure) and error.code == KEY_NOT_FOUND)


def is_infrastructure(error: BaseException) -> bool:
    """Whether the broker or MongoDB is away."""
    return isinstance(error, BROKER_AWAY) or is_mongo_away(error)


@contextmanager
def available(what: str) -> Iterator[None]:
    """Raises Unavailable where MongoDB is away."""
    try:
        yield
    except PyMongoError as fault:
        if is_mongo_away(fault):
            raise Unavailable(what) from fault
        raise
