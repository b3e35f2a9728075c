"""Every account of the broker does what its row of rights says, and nothing else that there is to do.

The accounts are those of `steward.stack.users`, the rights those of `steward.stack.broker_rights`, the exchanges and
queues those that the broker says it has: a new account, exchange or queue is tried without a line here. What the
rows themselves may never say is `ONLY` and what follows it.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.contracts import topology
from shared.runtime.management import ManagementApi
from steward.stack import Stack
from steward.stack.broker_rights import NOTHING, rights_of
from steward.stack.users import ADMINISTRATOR, BROKER_USERS
from tests.support.intruder import DEFAULT_EXCHANGE, NOWHERE, Intruder, matches, may_publish

pytestmark = pytest.mark.servers

GATEWAYS_OWN = (topology.reply_queue(topology.GATEWAY, str(uuid4())), topology.live_queue(str(uuid4())))
SOMEBODYS = "somebody.elses"
ANSWER = str(uuid4())

ONLY = {
    **{topology.events_exchange(service): {service} for service in topology.LOOP_SERVICES},
    topology.RPC_EXCHANGE: {topology.GATEWAY},
    topology.REPLY_EXCHANGE: set(topology.SERVICES),
    topology.LIVE_EXCHANGE: {topology.FEED},
    DEFAULT_EXCHANGE: set(),
}
"""Exchange → who may publish to it at all, whatever else is granted to whom."""
LISTENERS = {
    **{topology.inbox(service): {service} for service in topology.SERVICES},
    **{topology.rpc_queue(service): {service} for service in topology.SERVICES},
    GATEWAYS_OWN[0]: {topology.GATEWAY},
    SOMEBODYS: set(),
}
"""Queue → who may read, and so empty, it."""

every_account = pytest.mark.parametrize("user", BROKER_USERS)


@pytest.fixture(scope="module")
def places(servers: Stack) -> Iterator[tuple[list[str], list[str]]]:
    """The names of every exchange and every queue, also of such as come and go with a gateway."""
    with Intruder(servers.addresses.amqp_uri(ADMINISTRATOR)) as administrator:
        for queue in (*GATEWAYS_OWN, SOMEBODYS):
            assert administrator.declares_queue(queue)
        yield listed(servers, "exchanges"), [*listed(servers, "queues"), *GATEWAYS_OWN, SOMEBODYS]


def listed(servers: Stack, kind: str) -> list[str]:
    with ManagementApi(str(servers.addresses.management_uri(ADMINISTRATOR))) as management:
        return [place["name"] for place in management.get(f"{kind}/%2F")]


@every_account
def test_it_publishes_where_its_row_says(servers: Stack, places: tuple[list[str], list[str]], user: str) -> None:
    exchanges, _ = places
    calls = [f"{service}.{method}" for service in topology.SERVICES for method in ("show", "show.more", "#")]
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        for exchange in exchanges:
            for key in (NOWHERE, ANSWER, *calls) if exchange == topology.RPC_EXCHANGE else (NOWHERE,):
                wanted = may_publish(rights_of(user), exchange, key)
                assert intruder.publishes(exchange, key) == wanted, (exchange, key)
    with Intruder(servers.addresses.amqp_uri(ADMINISTRATOR)) as administrator:
        administrator.empties(topology.inbox(topology.FEED))
        for service in topology.SERVICES:
            administrator.empties(topology.rpc_queue(service))


@every_account
def test_it_reads_what_its_row_says(servers: Stack, places: tuple[list[str], list[str]], user: str) -> None:
    _, queues = places
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        for queue in queues:
            assert intruder.reads(queue) == matches(rights_of(user).read, queue), queue


@every_account
def test_it_binds_what_its_row_says(servers: Stack, places: tuple[list[str], list[str]], user: str) -> None:
    exchanges, queues = places
    ours = [exchange for exchange in exchanges if exchange and not exchange.startswith("amq.")]
    rights = rights_of(user)
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        for source in ours:
            for destination in ours:
                wanted = matches(rights.read, source) and matches(rights.write, destination)
                assert intruder.binds_exchange(source, destination) == wanted, (source, destination)
            for queue in queues:
                wanted = matches(rights.read, source) and matches(rights.write, queue)
                assert intruder.binds_queue(queue, source) == wanted, (source, queue)


@every_account
def test_it_changes_and_deletes_nothing_that_is_there(
    servers: Stack, places: tuple[list[str], list[str]], user: str
) -> None:
    exchanges, queues = places
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        for exchange in filter(None, exchanges):
            assert not intruder.declares_exchange(exchange), exchange
        for queue in set(queues) - set(GATEWAYS_OWN):
            assert not intruder.declares_queue(queue), queue


@every_account
def test_it_adds_nothing_but_what_its_row_says(servers: Stack, user: str) -> None:
    own = (f"{user}.more", f"rpc-{user}-more", topology.reply_queue(user, str(uuid4())), topology.live_queue(ANSWER))
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        for name in (*own, "amq.gen-more", "more"):
            assert intruder.declares_queue(name) == matches(rights_of(user).configure, name), name
            assert intruder.declares_exchange(name) == matches(rights_of(user).configure, name), name
        assert not intruder.declares_queue("")


@every_account
def test_a_queue_of_its_own_is_no_way_to_another(servers: Stack, user: str) -> None:
    """What dies in a queue goes on without rights being asked after: they are when it is declared."""
    own = topology.reply_queue(user, str(uuid4()))
    way = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": topology.inbox(topology.DISPATCH)}
    with Intruder(servers.addresses.amqp_uri(user)) as intruder:
        assert not intruder.declares_queue(own, **way)
        assert not intruder.publishes("", "amq.rabbitmq.reply-to.more")


@pytest.mark.parametrize("exchange", ONLY)
def test_who_publishes_there_at_all(exchange: str) -> None:
    assert {user for user in BROKER_USERS if matches(rights_of(user).write, exchange)} == ONLY[exchange]


@pytest.mark.parametrize("queue", LISTENERS)
def test_who_reads_it_at_all(queue: str) -> None:
    assert {user for user in BROKER_USERS if matches(rights_of(user).read, queue)} == LISTENERS[queue]


def test_no_service_declares_anything() -> None:
    assert {rights_of(service).configure for service in topology.SERVICES} == {NOTHING}


def test_nobody_has_more_than_figures_of_the_management_api() -> None:
    assert {rights_of(user).tags for user in BROKER_USERS} <= {"", "monitoring"}


def test_the_broker_knows_no_other_account(servers: Stack) -> None:
    with ManagementApi(str(servers.addresses.management_uri(ADMINISTRATOR))) as management:
        assert {user["name"] for user in management.get("users")} == {ADMINISTRATOR, *BROKER_USERS}
