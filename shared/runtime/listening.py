"""Listening at an address of our own, or on a socket that whoever started the process has opened already."""

import os
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


def is_inherited(address: str) -> bool:
    """Whether others may be listening on it too, now or after us."""
    return address.startswith(INHERITED)
