"""Clients that take their time: half of them send a body a byte at a time, the others hold a silent connection."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

BODY = (
    b"POST /reports HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer %s\r\nIdempotency-Key: slow\r\n"
    b"Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
)
PAUSE = 0.2
"""Seconds between two bytes of a body."""
ASKED = b"GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n"


@contextmanager
def slow_clients(gateway: str, token: str, number: int) -> Iterator[list[socket.socket]]:
    """So many connections, each busy at being slow for as long as the block lasts."""
    address = urlsplit(gateway)
    with ExitStack() as opened:
        connections = [
            opened.enter_context(socket.create_connection((address.hostname, address.port))) for _ in range(number)
        ]
        senders, idle = connections[: number // 2], connections[number // 2 :]
        for sender in senders:
            sender.sendall(BODY % token.encode())
        for waiting in idle:
            waiting.sendall(ASKED)
            assert waiting.recv(4096).startswith(b"HTTP/1.1 200")
        over = threading.Event()
        dripping = threading.Thread(target=_drip, args=(senders, over))
        dripping.start()
        opened.callback(dripping.join)
        opened.callback(over.set)
        yield connections


def still_open(connections: list[socket.socket]) -> int:
    """How many of them the gateway still holds, and has not answered."""
    with selectors.DefaultSelector() as answered:
        for connection in connections:
            answered.register(connection, selectors.EVENT_READ)
        return len(connections) - len(answered.select(timeout=0))


def _drip(senders: list[socket.socket], over: threading.Event) -> None:
    while not over.wait(PAUSE):
        for sender in senders:
            sender.send(b" ")
