"""The loopback ports of a stack."""

import random
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from steward.stack.errors import StackError

LOOPBACK = "127.0.0.1"

# Below the ephemeral range, so that no outgoing connection can sit on a server's port while it restarts.
FREE_RANGE = range(20_000, 32_000)
FIRST_PROBE = 28490


@dataclass(frozen=True)
class Ports:
    """One port per listener; the defaults are fixed and collide with no well-known service."""

    gateway: int = 8480
    amqp: int = 28481
    management: int = 28482
    prometheus: int = 28483
    distribution: int = 28484
    epmd: int = 28485
    mongod: int = 28486
    pictures: int = 28487
    probes: dict[str, int] = field(default_factory=dict)
    """Of the services' processes, by program name; grows when a new one is asked for."""

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nothing listens on now, none chosen twice."""
        available = _free_ports()
        picked: dict[str, Any] = {port.name: next(available) for port in fields(cls) if port.type is int}
        return cls(**picked)

    @property
    def are_fixed(self) -> bool:
        return self.gateway == Ports.gateway

    def probe(self, program: str) -> int:
        """Where a program tells its health and figures. The first time it is made: whoever asks saves the record."""
        if program not in self.probes:
            taken = set(self.listeners().values())
            candidates = iter(range(FIRST_PROBE, FREE_RANGE.stop)) if self.are_fixed else _free_ports()
            self.probes[program] = next(port for port in candidates if port not in taken)
        return self.probes[program]

    def listeners(self) -> dict[str, int]:
        """Every port by the name of what listens there."""
        servers = {port.name: getattr(self, port.name) for port in fields(self) if port.type is int}
        return servers | {f"probe of {program}": port for program, port in self.probes.items()}

    def require_free(self) -> None:
        """Raise `StackError` naming the first of these ports that something else occupies."""
        for name, port in self.listeners().items():
            if not is_free(port):
                raise StackError(
                    f"端口 {port} ({name}) 已被占用: port {port} is taken; "
                    "stop what uses it, or start a new home with --free-ports"
                )


def _free_ports() -> Iterator[int]:
    """In an order that two stacks of one moment do not share."""
    return (port for port in random.sample(FREE_RANGE, len(FREE_RANGE)) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
