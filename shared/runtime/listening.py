"""Listening at an address of our own, or on a socket that whoever started the process has opened already."""

import os
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import eventlet
from eventlet.greenio import GreenSocket
from nameko.web.server import parse_address

INHERITED = "fd://"
"""Before the number of a file descriptor, as web servers write it: several processes may share that socket."""


def listen(address: str) -> Any:
    """A listening socket for `host:port` or `fd://0`. Raises OSError, or nameko's ConfigurationError."""
    if is_inherited(address):
        listening = GreenSocket(-1, -1, -1, fileno=os.dup(int(address.removeprefix(INHERITED))))
    else:
        listening = eventlet.listen(parse_address(address))
    listening.settimeout(None)  # kombu sets a default for all sockets of a process (celery/kombu#838)
    return listening


def waiting_clients(listening: Any, address: str) -> Iterator[tuple[Any, Any]]:
    """Sockets and addresses of who has connected and was not accepted yet: closing the socket would reset them.

    None where the socket is inherited: whoever else listens on it takes them, now or when it is there again.
    """
    if is_inherited(address):
        return
    with suppress(OSError):
        while True:
            client, where = listening.fd.accept()
            yield GreenSocket(client), where


def is_inherited(address: str) -> bool:
    return address.startswith(INHERITED)
