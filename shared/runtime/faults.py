"""Faults of the infrastructure: nobody's mistake, and over once the server is back."""

from amqp.exceptions import AMQPError
from kombu.exceptions import OperationalError
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

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
INFRASTRUCTURE = MONGO_AWAY + BROKER_AWAY
