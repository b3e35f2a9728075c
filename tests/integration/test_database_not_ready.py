"""A database that just came back says for a moment that it cannot verify its clients' time: it is not ready yet."""

from collections.abc import Iterator
from typing import Any

import pytest
from bson import Int64, Timestamp
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from shared.contracts.topology import INTAKE
from shared.kernel.errors import Unavailable
from shared.runtime.faults import KEY_NOT_FOUND, available, is_mongo_away
from shared.runtime.mongo import Mongo, connect
from steward.stack import Stack

pytestmark = pytest.mark.servers


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    db = connect(servers.addresses.mongo_uri(INTAKE), INTAKE)
    with db.client:
        yield db


@pytest.fixture
def unverifiable(db: Mongo) -> Iterator[ClientSession]:
    """Its time is signed by a key that the server does not know, as all keys are to one that just came back."""
    signature = {"hash": bytes(20), "keyId": Int64(1)}
    with db.client.start_session() as session:
        session.advance_cluster_time({"clusterTime": Timestamp(2**32 - 1, 1), "signature": signature})
        yield session


def test_the_same_may_be_asked_again(db: Mongo, unverifiable: ClientSession) -> None:
    with pytest.raises(OperationFailure) as refused:
        db["probes"].find_one(session=unverifiable)
    assert refused.value.code == KEY_NOT_FOUND
    assert is_mongo_away(refused.value)
    with pytest.raises(Unavailable), available("it"):
        db["probes"].find_one(session=unverifiable)


@pytest.mark.parametrize("wrong", [{"$nonsense": 1}, {"_id": {"$in": 1}}])
def test_a_mistake_of_ours_stays_one(db: Mongo, wrong: dict[str, Any]) -> None:
    with pytest.raises(OperationFailure) as refused, available("it"):
        db["probes"].find_one(wrong)
    assert not is_mongo_away(refused.value)
