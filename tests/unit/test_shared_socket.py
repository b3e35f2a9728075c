"""A socket that the supervisor holds: its programs come and go, and nobody who connects is refused."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from steward.stack import leftovers
from steward.stack.home import Home
from steward.stack.ports import FREE_RANGE, LOOPBACK, is_free
from steward.stack.program import GATEWAY_TIER, Program
from steward.stack.supervisor import Supervisor
from steward.stack.waiting import wait_until

TELLS_ITS_NAME = """
import os, select, socket, time
time.sleep(0.3)  # as a service that has much to load
listening = socket.socket(fileno=0)
listening.setblocking(False)
while select.select([listening], [], []):
    try:
        client, _ = listening.accept()
    except BlockingIOError:
        continue  # the other was faster
    client.sendall(os.environ["NAME"].encode())
    client.close()
"""
PATIENCE = 10


@pytest.fixture
def port() -> int:
    return next(port for port in reversed(FREE_RANGE) if is_free(port))


@pytest.fixture
def supervisor(tmp_path: Path, port: int) -> Iterator[Supervisor]:
    home = Home.at(tmp_path)
    home.create()
    supervisor = Supervisor(home)
    try:
        script = tmp_path / "tells_its_name.py"
        script.write_text(TELLS_ITS_NAME)
        supervisor.launch([named(name, script, port) for name in ("one", "two")])
        wait_until(lambda: len(pids(supervisor)) == 2, PATIENCE, "they do not start")
        yield supervisor
    finally:
        if supervisor.is_alive():
            supervisor.shutdown()
            wait_until(lambda: not supervisor.is_alive(), PATIENCE, "supervisord does not stop")
        leftovers.stop(home)


def named(name: str, script: Path, port: int) -> Program:
    return Program(
        name=name,
        tier=GATEWAY_TIER,
        command=(sys.executable, str(script)),
        environment={"NAME": name},
        address="",
        stop_seconds=5,
        socket=f"tcp://{LOOPBACK}:{port}",
    )


def pids(supervisor: Supervisor) -> dict[str, int]:
    return {process.name: process.pid for process in supervisor.processes() or () if process.running}


def ask(port: int) -> str:
    with socket.create_connection((LOOPBACK, port), timeout=PATIENCE) as connection:
        return connection.makefile().read()


def test_programs_with_an_environment_of_their_own_share_it(supervisor: Supervisor, port: int) -> None:
    answers = {ask(port) for _ in range(20)}
    assert answers <= {"one", "two"}
    for name, pid in pids(supervisor).items():
        psutil.Process(pid).suspend()
        assert {ask(port) for _ in range(3)} == {"one", "two"} - {name}
        psutil.Process(pid).resume()


def test_who_connects_while_all_of_them_restart_waits_in_line(supervisor: Supervisor, port: int) -> None:
    before = pids(supervisor)
    for pid in before.values():
        psutil.Process(pid).kill()
    wait_until(lambda: not any(map(psutil.pid_exists, before.values())), PATIENCE, "they do not die")
    assert ask(port) in {"one", "two"}
    wait_until(lambda: len(pids(supervisor)) == 2, PATIENCE, "they do not come back")
    assert set(before.values()).isdisjoint(pids(supervisor).values())


def test_once_everything_is_shut_down_nobody_waits(supervisor: Supervisor, port: int) -> None:
    supervisor.shutdown()
    wait_until(lambda: not supervisor.is_alive(), PATIENCE, "supervisord does not stop")
    with pytest.raises(ConnectionRefusedError):
        ask(port)
