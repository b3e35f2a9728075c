"""The gateway's web server is to end: who is connected is answered, and nobody who comes is refused."""

import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from subprocess import Popen

import psutil
import pytest

from shared.runtime.farewell import GRACE
from steward.stack.ports import LOOPBACK
from tests.support.guarded import guarded_server, guarded_servers

DRAIN_SECONDS = 3
PATIENCE = 10


@pytest.fixture
def server() -> Iterator[tuple[int, psutil.Process]]:
    with guarded_server(DRAIN_SECONDS=DRAIN_SECONDS) as (port, pid):
        yield port, psutil.Process(pid)


def connect(port: int) -> HTTPConnection:
    connection = HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    connection.connect()
    return connection


def answer_of(connection: HTTPConnection) -> tuple[int, bytes, str | None]:
    answer: HTTPResponse = connection.getresponse()
    return answer.status, answer.read(), answer.headers.get("Connection")


def post(connection: HTTPConnection) -> tuple[int, bytes, str | None]:
    connection.request("POST", "/echo", b"four")
    return answer_of(connection)


def test_a_request_under_way_is_answered_and_then_the_process_ends(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    connection = connect(port)
    connection.request("GET", "/slow")
    time.sleep(0.2)
    process.terminate()
    assert answer_of(connection) == (200, b"done", "close")
    assert process.wait(PATIENCE) in (0, None)


def test_a_connection_that_is_kept_open_is_answered_once_more(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    kept = connect(port)
    assert post(kept) == (200, b"4", None)
    process.terminate()
    deadline = time.monotonic() + PATIENCE
    while (answer := post(kept)) == (200, b"4", None):  # it has not heard of it yet
        assert time.monotonic() < deadline
    assert answer == (200, b"4", "close")


def test_one_that_asks_nothing_more_is_closed_soon(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    kept = connect(port)
    post(kept)
    began = time.monotonic()
    process.terminate()
    assert kept.sock.recv(1) == b""
    assert GRACE * 0.9 < time.monotonic() - began < GRACE + DRAIN_SECONDS


def test_whoever_waits_in_line_is_answered(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    process.suspend()
    waiting = [connect(port) for _ in range(10)]
    for connection in waiting:
        connection.request("POST", "/echo", b"four")
    process.terminate()
    process.resume()
    assert [answer_of(connection)[:2] for connection in waiting] == [(200, b"4")] * 10


def test_whoever_takes_too_long_is_let_go(server: tuple[int, psutil.Process]) -> None:
    port, process = server
    with socket.create_connection((LOOPBACK, port)) as slow:
        slow.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow")
        time.sleep(0.2)
        began = time.monotonic()
        process.terminate()
        process.wait(PATIENCE)
        assert DRAIN_SECONDS * 0.9 < time.monotonic() - began < DRAIN_SECONDS + PATIENCE / 2


class Crowd:
    """Clients that ask without a pause, half of them on a new connection each time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number % 2 == 0,)) for number in range(6)]
        self.outcomes: Counter[str] = Counter()

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, keeps: bool) -> None:
        connection = connect(self._port)
        while not self._over.is_set():
            try:
                status, _, closing = post(connection)
                self.outcomes[str(status)] += 1
            except OSError as refused:
                self.outcomes[type(refused).__name__] += 1
                closing = "close"
            if closing or not keeps:
                connection.close()
                connection = connect(self._port)
        connection.close()


def test_of_two_on_one_socket_each_may_go_and_nobody_notices() -> None:
    with guarded_servers(2, DRAIN_SECONDS=DRAIN_SECONDS) as (port, (first, second)), Crowd(port) as crowd:
        time.sleep(0.5)
        _end(first)
        asked = crowd.outcomes["200"]
        time.sleep(0.5)
        assert crowd.outcomes["200"] > asked
        assert second.poll() is None
    assert set(crowd.outcomes) == {"200"}


def _end(process: Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0
