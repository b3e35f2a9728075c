"""The inner side of a service: told to end, it answers who is connected, and then nobody."""

import socket as system_socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import pytest
from eventlet.green import socket

from shared.runtime.listening import listen
from shared.runtime.serving import InnerServer
from steward.stack.ports import LOOPBACK, Ports

ASKED = b"GET / HTTP/1.1\r\nHost: inner\r\n\r\n"
PATIENCE = 5


@contextmanager
def patience() -> Iterator[None]:
    with eventlet.Timeout(PATIENCE):
        yield


def slowly(environ: Any, start_response: Callable[..., Any]) -> Iterable[bytes]:
    eventlet.sleep(0.3)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"done"]


@pytest.fixture
def held() -> Iterator[system_socket.socket]:
    """A listening socket that outlives who serves it."""
    with system_socket.create_server((LOOPBACK, 0)) as listening:
        yield listening


@pytest.fixture
def server(held: system_socket.socket) -> InnerServer:
    server = InnerServer(f"fd://{held.fileno()}", slowly, socket_timeout=PATIENCE)
    eventlet.spawn(server.run)
    eventlet.sleep(0)
    return server


def connect(held: system_socket.socket) -> Any:
    return socket.create_connection(held.getsockname())


def all_of(client: Any) -> bytes:
    return b"".join(iter(lambda: client.recv(4096), b""))


def test_a_request_under_way_is_answered(server: InnerServer, held: system_socket.socket) -> None:
    with patience():
        client = connect(held)
        client.sendall(ASKED)
        eventlet.sleep(0.1)
        server.drain(PATIENCE)
        answer = all_of(client)
    assert b"200 OK" in answer
    assert b"Connection: close" in answer
    assert answer.endswith(b"done")


def test_whoever_connects_then_is_left_for_the_next(server: InnerServer, held: system_socket.socket) -> None:
    with patience():
        server.drain(PATIENCE)
        client = connect(held)
        client.sendall(ASKED)
        successor = InnerServer(f"fd://{held.fileno()}", slowly, socket_timeout=PATIENCE)
        eventlet.spawn(successor.run)
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        client.close()
        successor.drain(PATIENCE)


def test_where_nobody_else_can_listen_who_waits_in_line_is_answered_too() -> None:
    where = (LOOPBACK, Ports.free().gateway)
    server = InnerServer(f"{LOOPBACK}:{where[1]}", slowly, socket_timeout=PATIENCE)
    with patience():
        client = socket.create_connection(where)
        client.sendall(ASKED)
        server.drain(PATIENCE)
        assert b"done" in all_of(client)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(where)


def test_whoever_takes_too_long_is_cut(server: InnerServer, held: system_socket.socket) -> None:
    with patience():
        client = connect(held)
        client.sendall(b"GET / HT")
        eventlet.sleep(0.1)
        server.drain(0.5)
        assert b"200" not in all_of(client)


def test_an_address_that_is_taken_is_said_so() -> None:
    with system_socket.create_server((LOOPBACK, 0)) as taken, pytest.raises(OSError, match="in use"):
        listen(f"{LOOPBACK}:{taken.getsockname()[1]}")
