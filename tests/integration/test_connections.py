"""Connections that are slow, silent, many or malformed end by themselves, and take nobody else down with them."""

import http.client
import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import psutil
import pytest

from steward.stack.ports import LOOPBACK
from tests.support.guarded import guarded_server

QUICK = {"HEADER_SECONDS": 0.5, "IDLE_SECONDS": 1, "GRACE_SECONDS": 0.5, "SLOWEST_RATE": 100_000}
"""So that a test need not wait; a local connection passes 100 kB/s at any load."""
PATIENCE = 10


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, int]]:
    with guarded_server(CONNECTIONS_PER_ADDRESS=20, CONNECTIONS=30, **QUICK) as running:
        yield running


@pytest.fixture
def port(server: tuple[int, int]) -> int:
    return server[0]


def connect(port: int, sends: bytes = b"") -> socket.socket:
    connection = socket.create_connection((LOOPBACK, port), timeout=PATIENCE)
    connection.sendall(sends)
    return connection


def all_of(connection: socket.socket) -> bytes:
    """Until the server closes; fails where it does not in time."""
    answer = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            answer += piece
    return answer


def post(length: str, *more: str) -> bytes:
    return "\r\n".join(["POST /echo HTTP/1.1", "Host: x", f"Content-Length: {length}", *more, "", ""]).encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def problem(answer: bytes) -> dict[str, object]:
    return dict(json.loads(answer.partition(b"\r\n\r\n")[2]))


def echo(port: int, body: bytes) -> tuple[int, str]:
    """(0, "") where the connection is refused or torn."""
    with (
        suppress(OSError, http.client.HTTPException),
        closing(http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)) as client,
    ):
        client.request("POST", "/echo", body)
        answer = client.getresponse()
        return answer.status, answer.read().decode()
    return 0, ""


def test_whoever_never_speaks_is_let_go(port: int) -> None:
    with connect(port) as silent:
        assert all_of(silent) == b""


def test_headers_that_drip_are_not_waited_for(port: int) -> None:
    with connect(port, b"GET /echo HTTP/1.1\r\n") as dripping:
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() < began + 2:
                dripping.sendall(b"X-A: b\r\n")
                time.sleep(0.05)
        answer = all_of(dripping)
    assert status(answer) == 408
    assert problem(answer)["status"] == 408


def test_a_body_that_drips_is_not_waited_for(port: int) -> None:
    with connect(port, post("1000")) as dripping:
        with suppress(ConnectionError):
            for _ in range(20):
                dripping.sendall(b"a")
                time.sleep(0.05)
        answer = all_of(dripping)
    assert status(answer) == 408
    assert b"Connection: close" in answer
    assert problem(answer)["detail"] == "内容传输过慢：请在网络较好时重新发送。"


def test_a_body_that_comes_in_pieces_but_fast_enough_is_taken(port: int) -> None:
    with connect(port, post("900000", "Connection: close")) as steady:
        for _ in range(30):
            steady.sendall(b"a" * 30_000)
            time.sleep(0.03)  # 0.9 s in all, which is more than the grace
        answer = all_of(steady)
    assert (status(answer), answer.endswith(b"900000")) == (200, True)


def test_a_body_of_unknown_length_is_refused_before_it_comes(port: int) -> None:
    with connect(port, b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n") as endless:
        answer = all_of(endless)
    assert status(answer) == 411
    assert "Content-Length" in str(problem(answer)["detail"])


def test_a_body_over_the_limit_is_refused_and_not_read_to_its_end(port: int) -> None:
    with connect(port, post("99999999999")) as huge:
        answer = all_of(huge)
    assert status(answer) == 413
    assert problem(answer)["status"] == 413


def test_whoever_sends_on_what_was_refused_is_let_go(port: int) -> None:
    with connect(port, post("99999999999")) as huge, pytest.raises(ConnectionError):
        huge.sendall(b"a" * 64 * 2**20)


def test_whoever_does_not_read_the_answer_is_let_go(server: tuple[int, int]) -> None:
    port, pid = server
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((LOOPBACK, port))
        deaf.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        mine = deaf.getsockname()
        _wait_until_gone(pid, mine)


def _wait_until_gone(pid: int, address: tuple[str, int]) -> None:
    process, deadline = psutil.Process(pid), time.monotonic() + PATIENCE
    while any(connection.raddr == address for connection in process.net_connections("tcp")):
        assert time.monotonic() < deadline, "still connected"
        time.sleep(0.05)


def test_no_address_has_more_than_its_share_and_a_place_comes_free_again(port: int) -> None:
    with ExitStack() as opened:
        several = [opened.enter_context(connect(port)) for _ in range(21)]
        answer = all_of(several[-1])
    assert status(answer) == 503
    assert b"Retry-After: 5" in answer
    assert "请关闭一些" in str(problem(answer)["detail"])
    _wait_until_answered(port)


@pytest.mark.parametrize(
    "request_line", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n"]
)
def test_what_is_no_http_gets_a_problem_that_tells_nothing_of_the_inside(port: int, request_line: bytes) -> None:
    with connect(port, request_line) as odd:
        answer = all_of(odd)
    assert status(answer) in (400, 505)
    assert problem(answer)["status"] == status(answer)
    assert b"Server:" not in answer
    assert b"Python" not in answer


def test_our_own_faults_tell_nothing_of_the_inside(port: int) -> None:
    with connect(port, b"GET /fails HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") as unlucky:
        answer = all_of(unlucky)
    assert status(answer) == 500
    assert problem(answer)["type"] == "urn:steward:problem:our-fault"
    assert not any(word in answer for word in (b"Traceback", b"ZeroDivision", b"division", b"guarded", b"Server:"))


def test_it_outlives_a_want_of_descriptors() -> None:
    with guarded_server(**QUICK) as (port, pid):
        in_use = psutil.Process(pid).num_fds()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 5, in_use + 5))
        with ExitStack() as opened:
            for _ in range(12):
                opened.enter_context(connect(port))
            time.sleep(0.5)
        _wait_until_answered(port)


def _wait_until_answered(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while echo(port, b"free again") != (200, "10"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
