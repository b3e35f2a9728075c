"""The local stack on real servers: what is declared, who may do what, and what survives."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests
from kombu import Connection
from pymongo import MongoClient, WriteConcern

from shared.contracts import topology
from steward.stack import Stack, StackError, leftovers, rabbitmq
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until

pytestmark = pytest.mark.servers

RESPAWN_SECONDS = 30
BOOT_SECONDS = 60


@pytest.fixture
def breakable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Servers of its own, for a test that kills them."""
    with Stack(tmp_path_factory.mktemp("breakable")).running(servers_only=True, free_ports=True) as running:
        yield running


def definitions(servers: Stack) -> dict[str, Any]:
    answer = requests.get(f"{servers.addresses.management_uri(ADMINISTRATOR)}/api/definitions", timeout=10)
    answer.raise_for_status()
    return dict(answer.json())


def publish(servers: Stack, user: str, exchange: str, routing_key: str) -> None:
    """Publish one persistent message as this user, and wait until the broker has confirmed it."""
    with Connection(servers.addresses.amqp_uri(user), transport_options={"confirm_publish": True}) as connection:
        producer = connection.Producer()
        producer.publish({"test": "示例"}, exchange=exchange, routing_key=routing_key, delivery_mode=2)


def database(servers: Stack, user: str, name: str | None = None) -> Any:
    client: MongoClient[dict[str, Any]] = MongoClient(
        servers.addresses.mongo_uri(user, name), serverSelectionTimeoutMS=8000
    )
    return client.get_default_database()


def test_a_repeated_provision_changes_nothing(servers: Stack) -> None:
    kinds = ("exchanges", "queues", "bindings", "permissions", "topic_permissions")
    before = definitions(servers)
    done = servers.provision()
    after = definitions(servers)

    assert done.broker_users
    assert done.database_users
    for kind in kinds:
        assert _sorted(after[kind]) == _sorted(before[kind])


def test_a_second_up_starts_nothing(servers: Stack) -> None:
    pids = {process.name: process.pid for process in servers.processes()}
    assert not servers.up(servers_only=True)
    assert {process.name: process.pid for process in servers.processes()} == pids


def test_other_settings_need_a_restart(servers: Stack) -> None:
    with pytest.raises(StackError, match="steward down"):
        servers.up(servers_only=True, settings={"RATING_WINDOW": "1m"})


def test_every_binding_of_the_contract_is_declared(servers: Stack) -> None:
    bound = {
        (binding["source"], binding["destination"], binding["routing_key"])
        for binding in definitions(servers)["bindings"]
    }
    wanted = {
        (topology.events_exchange(source), topology.inbox(service), event_type)
        for service, sources in topology.BINDINGS.items()
        for source, event_types in sources.items()
        for event_type in event_types
    }
    ladder = {
        (topology.retry_exchange(service), queue, queue)
        for service in topology.LOOP_SERVICES
        for queue in (
            topology.dead_letters(service),
            *(topology.retry_queue(service, delay) for delay in topology.RETRY_DELAYS),
        )
    }
    assert wanted | ladder <= bound


def test_a_failed_message_comes_back_to_the_inbox_after_its_delay(servers: Stack) -> None:
    delay = min(topology.RETRY_DELAYS)
    with Connection(servers.addresses.amqp_uri(topology.INTAKE)) as connection:
        inbox = connection.channel()
        inbox.queue_purge(topology.inbox(topology.INTAKE))
        publish(servers, topology.INTAKE, "intake.retry", topology.retry_queue(topology.INTAKE, delay))
        assert inbox.basic_get(topology.inbox(topology.INTAKE), no_ack=True) is None
        wait_until(
            lambda: inbox.basic_get(topology.inbox(topology.INTAKE), no_ack=True) is not None,
            seconds=delay + 30,
            complaint="the message did not come back",
        )


@pytest.mark.parametrize("user", topology.LOOP_SERVICES)
def test_a_service_writes_its_own_database(servers: Stack, user: str) -> None:
    probes = database(servers, user)["probes"]
    probes.insert_one({"_id": "示例"})
    assert probes.delete_many({}).deleted_count == 1


@pytest.mark.faults
def test_killed_servers_come_back_with_their_data(breakable: Stack) -> None:
    writer = database(breakable, "intake").get_collection("probes", write_concern=WriteConcern("majority", j=True))
    document = {"_id": str(uuid4())}
    writer.insert_one(document)
    publish(breakable, "intake", "intake.events", "ReportAccepted")

    for name in ("mongod", "rabbitmq", "epmd"):
        killed = breakable.kill(name)
        wait_until(_replaced(breakable, name, killed), RESPAWN_SECONDS, f"{name} did not come back")
    breakable.wait_for_servers(BOOT_SECONDS)

    assert database(breakable, "intake")["probes"].find_one() == document
    with Connection(breakable.addresses.amqp_uri("dispatch")) as connection:
        wait_until(
            lambda: connection.channel().basic_get("dispatch.inbox", no_ack=True) is not None,
            seconds=BOOT_SECONDS,
            complaint="the event is lost",
        )


@pytest.mark.faults
def test_a_node_without_its_name_server_makes_none_and_is_tried_again(breakable: Stack) -> None:
    name_server, _ = rabbitmq.programs(breakable.home, breakable.record)
    breakable.supervisor.stop(name_server)
    first = breakable.kill("rabbitmq")
    wait_until(_replaced(breakable, "rabbitmq", first), RESPAWN_SECONDS, "no node is tried")
    second = breakable.pid("rabbitmq")
    wait_until(_replaced(breakable, "rabbitmq", second), RESPAWN_SECONDS, "the node lives without a name server")

    breakable.supervisor.start(name_server)
    breakable.wait_for_servers(BOOT_SECONDS)
    assert breakable.pid("epmd")


@pytest.mark.faults
def test_down_leaves_no_process_even_without_its_supervisor(breakable: Stack) -> None:
    supervisor_pid = int((breakable.home.folder / "supervisord.pid").read_text())
    started = leftovers.of_home(breakable.home)
    next(process for process in started if process.pid == supervisor_pid).kill()
    wait_until(lambda: not breakable.supervisor.is_alive(), 5, "supervisord lives")

    assert breakable.down() >= len(("epmd", "rabbitmq", "mongod"))
    assert leftovers.of_home(breakable.home) == []


@pytest.mark.faults
def test_down_and_up_keep_ports_secrets_and_data(breakable: Stack) -> None:
    record = breakable.record
    database(breakable, "dispatch")["probes"].insert_one({"_id": "示例"})
    began = time.monotonic()
    breakable.down()
    assert time.monotonic() - began < BOOT_SECONDS
    assert leftovers.of_home(breakable.home) == []

    assert breakable.up(servers_only=True)
    assert breakable.record == record
    assert database(breakable, "dispatch")["probes"].find_one() == {"_id": "示例"}


def _replaced(stack: Stack, name: str, killed: int) -> Callable[[], bool]:
    """Whether the program runs again, under a new process id."""

    def replaced() -> bool:
        return any(process.name == name and process.running and process.pid != killed for process in stack.processes())

    return replaced


def _sorted(entries: list[dict[str, Any]]) -> list[str]:
    return sorted(map(repr, entries))
