"""A stack that was started with --tls: everything goes on as always, and nobody gets in without the authority."""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import psutil
import pytest
import requests
import trustme
from click.testing import CliRunner
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from shared.contracts.topology import DISPATCH
from shared.runtime import broker
from shared.runtime.environment import CA_FILE
from shared.runtime.management import ManagementApi
from shared.runtime.uris import with_option
from steward.cli import main
from steward.stack import Stack, leftovers
from steward.stack.certificates import authority_file, server_file
from steward.stack.ports import LOOPBACK
from steward.stack.users import AUDITOR
from tests.support.http import resident, states
from tests.support.walk import HAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

PATIENCE = 5
"""Seconds for somebody who is not going to get in: only the database's client waits them out."""
ANOTHER_NAME = "127.0.0.2"
"""As good an address of this machine as the one in the certificate, but not in it."""


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("encrypted")).running(free_ports=True, tls=True) as running:
        yield running


@pytest.fixture
def impostor(tmp_path: Path) -> str:
    """An authority that vouches for none of ours."""
    path = tmp_path / "impostor.pem"
    trustme.CA().cert_pem.write_to_path(path)
    return str(path)


def reaches_broker(uri: str) -> None:
    with broker.connect(uri, connect_timeout=PATIENCE) as connection:
        connection.connect()


def reaches_management(uri: str) -> None:
    with ManagementApi(uri, PATIENCE) as management:
        management.get("overview")


def reaches_database(uri: str) -> None:
    with MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=PATIENCE * 1000) as client:
        client.admin.command("ping")


def test_a_case_goes_through_the_loop_and_the_commands_work(encrypted: Stack) -> None:
    load_district(encrypted)
    me = resident(encrypted)
    case_id = report(me)
    serve(assigned(encrypted, me, case_id), case_id)
    rate(me, case_id, HAPPY)
    me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    home = ("--home", str(encrypted.home.folder))
    for command in ("audit", "status", "provision", "load-rules"):
        done = CliRunner().invoke(main, [command, *home])
        assert done.exit_code == 0, done.output


def test_who_trusts_another_authority_does_not_connect(encrypted: Stack, impostor: str) -> None:
    addresses = encrypted.addresses
    with pytest.raises(OSError, match="certificate verify failed"):
        reaches_broker(with_option(addresses.amqp_uri(DISPATCH), CA_FILE, impostor))
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        reaches_management(with_option(str(addresses.management_uri(AUDITOR)), CA_FILE, impostor))
    with pytest.raises(ServerSelectionTimeoutError, match="certificate verify failed"):
        reaches_database(with_option(addresses.mongo_uri(DISPATCH), "tlsCAFile", impostor))


def test_a_server_of_another_name_is_not_believed(encrypted: Stack) -> None:
    """The certificate is genuine, and who answers has it; but it is not of whom we called."""
    ports, addresses = encrypted.record.ports, encrypted.addresses
    with Forwarding(ports.amqp) as port, pytest.raises(OSError, match="not valid for"):
        reaches_broker(_moved(addresses.amqp_uri(DISPATCH), ports.amqp, port))
    with Forwarding(ports.management) as port, pytest.raises(requests.exceptions.SSLError, match=ANOTHER_NAME):
        reaches_management(_moved(str(addresses.management_uri(AUDITOR)), ports.management, port))
    direct = addresses.mongo_uri(DISPATCH).replace("replicaSet=steward", "directConnection=true")
    with Forwarding(ports.mongod) as port, pytest.raises(ServerSelectionTimeoutError, match=ANOTHER_NAME):
        reaches_database(_moved(direct, ports.mongod, port))


def test_nothing_is_taken_in_plain(encrypted: Stack) -> None:
    ports, passwords = encrypted.record.ports, encrypted.record.secrets.passwords
    account = f"{AUDITOR}:{passwords[AUDITOR]}@{LOOPBACK}"
    with pytest.raises(OSError):  # noqa: PT011
        reaches_broker(f"amqp://{account}:{ports.amqp}//")
    with pytest.raises(requests.exceptions.RequestException):
        reaches_management(f"http://{account}:{ports.management}")
    with pytest.raises(ServerSelectionTimeoutError):
        reaches_database(f"mongodb://{account}:{ports.mongod}/?directConnection=true")


def test_the_servers_listen_on_no_other_port(encrypted: Stack) -> None:
    """Encrypted ones, and loopback figures and Erlang's own, which carry no case."""
    ports = encrypted.record.ports
    known = {ports.amqp, ports.management, ports.mongod, ports.prometheus, ports.distribution, ports.epmd}
    servers = {encrypted.pid(name) for name in ("rabbitmq", "mongod", "epmd")}
    listening = {
        connection.laddr
        for process in leftovers.of_home(encrypted.home)
        if process.pid in servers
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert all(ip_address(address.ip).is_loopback for address in listening)
    assert {address.port for address in listening} == known


def test_the_servers_key_is_for_nobody_else_and_the_authoritys_is_nowhere(encrypted: Stack) -> None:
    authority = authority_file(encrypted.home)
    assert server_file(authority).stat().st_mode & 0o077 == 0
    assert "PRIVATE KEY" in server_file(authority).read_text(encoding="ascii")
    assert "PRIVATE KEY" not in authority.read_text(encoding="ascii")


def _moved(uri: str, port: int, moved: int) -> str:
    return uri.replace(f"{LOOPBACK}:{port}", f"{ANOTHER_NAME}:{moved}")


class Forwarding:
    """A port under another name of this machine, behind which the server of that port answers: one connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server((ANOTHER_NAME, 0))

    def __enter__(self) -> int:
        Thread(target=self._serve, daemon=True).start()
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection((LOOPBACK, self._port))
            for source, target in ((near, far), (far, near)):
                Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
    except OSError:
        pass
    finally:
        target.close()
