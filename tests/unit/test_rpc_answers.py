"""What a service answers where its database is away: that it is, so that the caller may ask again."""

from types import SimpleNamespace
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError, OperationFailure, PyMongoError

from shared.kernel.errors import Unavailable
from shared.runtime.faults import KEY_NOT_FOUND
from shared.runtime.rpc import GuardedRpcConsumer


def answered(fault: PyMongoError) -> Any:
    """The kind of error that goes out."""
    consumer = GuardedRpcConsumer()
    consumer._respond = lambda message: SimpleNamespace(send_response=lambda result, exc_info: (result, exc_info))
    consumer.queue_consumer = SimpleNamespace(ack_message=lambda message: None)
    _, (kind, _, _) = consumer.handle_result(object(), None, (type(fault), fault, None))
    return kind


@pytest.mark.parametrize("fault", [AutoReconnect(), OperationFailure("not ready", KEY_NOT_FOUND)], ids=repr)
def test_a_database_that_is_away_or_not_ready_is_unavailable(fault: PyMongoError) -> None:
    assert answered(fault) is Unavailable


@pytest.mark.parametrize("fault", [DuplicateKeyError("E11000", 11000), OperationFailure("bad value", 2)], ids=repr)
def test_a_mistake_of_ours_is_none_of_that(fault: PyMongoError) -> None:
    assert answered(fault) is type(fault)
