"""`steward clients`: keys are given once, kept as digests, and taken back at once."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from services.gateway.clients.repository import CLIENTS, Clients
from shared.contracts.topology import GATEWAY
from shared.runtime.mongo import Mongo, connect
from steward.cli import main
from steward.stack import Stack

pytestmark = pytest.mark.servers


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    db = connect(servers.addresses.mongo_uri(GATEWAY), GATEWAY)
    with db.client:
        db.drop_collection(CLIENTS)
        yield db
        db.drop_collection(CLIENTS)


def clients(stack: Stack, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["clients", *arguments, "--home", str(stack.home.folder)])


def given(result: Result) -> tuple[str, str]:
    """Id and key, as the command showed them."""
    assert result.exit_code == 0, result.output
    first, second, *_ = result.output.splitlines()
    return first.split(": ")[1], second.split(": ")[1]


def test_a_key_is_shown_once_and_kept_nowhere(servers: Stack, db: Mongo) -> None:
    client_id, key = given(clients(servers, "add", "示例市一网统管", "--contact", "示例市数据局"))

    found = Clients(db).by_key(key)
    assert found is not None
    assert (found.client_id, found.name, found.contact) == (client_id, "示例市一网统管", "示例市数据局")
    assert key not in str(list(db[CLIENTS].find()))
    assert key not in clients(servers, "list").output


def test_a_wrong_key_is_nobody_s(servers: Stack, db: Mongo) -> None:
    _, key = given(clients(servers, "add", "示例"))
    assert [Clients(db).by_key(wrong) for wrong in ("", key[:-1], key + "x", "\ud800")] == [None] * 4


def test_a_revoked_key_opens_nothing_and_its_client_stays_listed(servers: Stack, db: Mongo) -> None:
    client_id, key = given(clients(servers, "add", "示例甲"))
    _, other = given(clients(servers, "add", "示例乙"))

    assert clients(servers, "revoke", client_id).exit_code == 0

    assert Clients(db).by_key(key) is None
    assert Clients(db).by_key(other) is not None
    assert client_id in clients(servers, "list").output


@pytest.mark.parametrize("again", [True, False])
def test_what_cannot_be_revoked_is_said(servers: Stack, db: Mongo, again: bool) -> None:
    client_id = given(clients(servers, "add", "示例"))[0] if again else "0123456789abcdef"
    if again:
        clients(servers, "revoke", client_id)
    refused = clients(servers, "revoke", client_id)
    assert refused.exit_code == 1
    assert client_id in refused.output


def test_two_clients_of_one_name_are_two(servers: Stack, db: Mongo) -> None:
    first, second = (given(clients(servers, "add", "示例"))[0] for _ in range(2))
    assert [client.client_id for client in Clients(db).all()] == [first, second]
    assert Clients(db).all()[0].actor.subject == f"o-{first}"
