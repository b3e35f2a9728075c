"""No account but the administrator's does more by the broker's management API than to look at figures."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from requests import Response

from shared.contracts import topology
from shared.runtime.broker import connect
from shared.runtime.management import ManagementApi
from steward.stack import Stack
from steward.stack.broker_rights import rights_of
from steward.stack.uris import anonymous
from steward.stack.users import ADMINISTRATOR, BROKER_USERS, PROVISIONED_USERS
from steward.stack.waiting import wait_until
from tests.support.intruder import matches, may_publish

pytestmark = pytest.mark.servers

INBOX, CALLS = topology.inbox(topology.INTAKE), topology.RPC_EXCHANGE
ALL = {"configure": ".*", "write": ".*", "read": ".*"}
REFUSED: list[tuple[str, str, Any]] = [
    ("GET", "users", None),
    ("GET", "permissions", None),
    ("GET", "definitions", None),
    ("PUT", "users/intruder", {"password": "intruder", "tags": "administrator"}),
    ("PUT", "users/{user}", {"password": "intruder", "tags": "administrator"}),
    ("PUT", "permissions/%2F/{user}", ALL),
    ("PUT", "topic-permissions/%2F/{user}", {"exchange": CALLS, "write": ".*", "read": ".*"}),
    ("PUT", "user-limits/intake/max-connections", {"value": 0}),
    ("PUT", "vhosts/intruder", {}),
    ("PUT", "policies/%2F/intruder", {"pattern": ".*", "definition": {"max-length": 1}, "apply-to": "queues"}),
    ("PUT", "operator-policies/%2F/intruder", {"pattern": ".*", "definition": {"max-length": 1}}),
    ("PUT", "parameters/shovel/%2F/intruder", {"value": {}}),
    ("PUT", "global-parameters/intruder", {"value": 1}),
    ("PUT", "queues/%2F/intruder", {}),
    ("PUT", "exchanges/%2F/intruder", {"type": "topic"}),
    ("POST", f"bindings/%2F/e/{CALLS}/q/{INBOX}", {"routing_key": "#"}),
    ("DELETE", f"queues/%2F/{INBOX}", None),
    ("DELETE", f"exchanges/%2F/{CALLS}", None),
    ("POST", "definitions", {"users": []}),
]
"""Method, path and body. Nothing of it harms where it is let, but for a right too many."""
FORBIDDEN = (401, 403)

every_account = pytest.mark.parametrize("user", BROKER_USERS)


def asks(servers: Stack, user: str) -> ManagementApi:
    return ManagementApi(str(servers.addresses.management_uri(user)))


def asked(servers: Stack, user: str, method: str, path: str, body: Any = None) -> Response:
    """By a connection of its own: Cowboy may end one on which it refused a question before it had read its body."""
    with asks(servers, user) as api:
        return api.ask(method, path, json=body)


@every_account
@pytest.mark.parametrize(("method", "path", "body"), REFUSED, ids=lambda value: str(value)[:40])
def test_it_changes_nothing(servers: Stack, user: str, method: str, path: str, body: Any) -> None:
    answer = asked(servers, user, method, path.format(user=user), body)
    assert answer.status_code in FORBIDDEN, answer.text
    assert "not_authori" in answer.text


@every_account
def test_it_takes_and_sends_messages_as_its_row_says_and_no_other_way(servers: Stack, user: str) -> None:
    rights = rights_of(user)
    get = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
    message = {"routing_key": "intake.show", "payload": "{}", "payload_encoding": "string", "properties": {}}
    reading = asked(servers, user, "POST", f"queues/%2F/{INBOX}/get", get)
    emptying = asked(servers, user, "DELETE", f"queues/%2F/{INBOX}/contents")
    calling = asked(servers, user, "POST", f"exchanges/%2F/{CALLS}/publish", message)
    directly = asked(servers, user, "POST", "exchanges/%2F/amq.default/publish", message | {"routing_key": INBOX})
    signed_in = rights.tags != ""
    assert reading.ok == emptying.ok == (signed_in and matches(rights.read, INBOX))
    assert calling.ok == (signed_in and may_publish(rights, CALLS, "intake.show"))
    assert not directly.ok


@pytest.fixture(scope="module")
def somebodys(servers: Stack) -> Iterator[str]:
    """The name of a connection of feed's; the broker's figures know of it within 5 seconds."""
    with connect(servers.addresses.amqp_uri(topology.FEED)) as connection, asks(servers, ADMINISTRATOR) as everything:
        connection.connect()

        port = connection.connection.sock.getsockname()[1]

        def found() -> list[str]:
            return [one["name"] for one in everything.get("connections") if one.get("peer_port") == port]

        wait_until(lambda: bool(found()), 15, "the broker does not tell of the connection")
        yield found()[0]
        assert connection.connected


@pytest.mark.parametrize("user", sorted(set(BROKER_USERS) - {topology.FEED}))
def test_it_closes_nobodys_connection(servers: Stack, somebodys: str, user: str) -> None:
    answer = asked(servers, user, "DELETE", f"connections/{quote(somebodys, safe='')}")
    assert answer.status_code in FORBIDDEN


@every_account
def test_only_who_watches_is_told_figures(servers: Stack, user: str) -> None:
    with asks(servers, user) as api:
        told = {path: api.ask("GET", path).ok for path in ("overview", "queues", "nodes", "connections")}
    assert set(told.values()) == {rights_of(user).tags == "monitoring"}


@pytest.mark.parametrize("user", sorted(set(PROVISIONED_USERS) - set(BROKER_USERS)))
def test_who_is_only_known_to_the_database_is_nobody_here(servers: Stack, user: str) -> None:
    password = servers.record.secrets.passwords[user]
    server = anonymous(str(servers.addresses.management_uri(ADMINISTRATOR)))
    with ManagementApi(server.replace("://", f"://{user}:{password}@")) as api:
        assert api.ask("GET", "overview").status_code == FORBIDDEN[0]
