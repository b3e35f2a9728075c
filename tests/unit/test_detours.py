"""Services on a detour: they reach a proxy, and are not led past it."""

from steward.stack.addresses import Addresses
from steward.stack.ports import Ports
from steward.stack.record import Launch, Record, Secrets
from steward.stack.services import service_environment

RECORD = Record(Ports(), Secrets(), Launch(detours={"amqp": 1111, "mongod": 2222}))


def test_a_service_reaches_its_servers_by_the_detour() -> None:
    environment = service_environment("intake", RECORD)
    assert ":1111/" in environment["AMQP_URI"]
    assert ":2222/intake?" in environment["MONGO_URI"]


def test_a_replica_set_would_lead_past_the_detour() -> None:
    uri = service_environment("intake", RECORD)["MONGO_URI"]
    assert "directConnection=true" in uri
    assert "replicaSet" not in uri


def test_everybody_else_goes_straight() -> None:
    straight = Addresses(RECORD)
    assert f":{RECORD.ports.amqp}/" in straight.amqp_uri("auditor")
    assert f":{RECORD.ports.mongod}/" in straight.mongo_uri("auditor")
    assert "replicaSet=steward" in straight.mongo_uri("auditor")
