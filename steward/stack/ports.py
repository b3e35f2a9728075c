"""The loopback ports of a stack."""

import random
import socket
from dataclasses import asdict, dataclass, fields

from steward.stack.errors import StackError

LOOPBACK = "127.0.0.1"

# Below the ephemeral range, so that no outgoing connection can sit on a server's port while it restarts.
FREE_RANGE = range(20_000, 32_000)


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

    @classmethod
    def free(cls) -> "Ports":
        """Ports that nothing listens on now, none chosen twice."""
        candidates = random.sample(FREE_RANGE, len(FREE_RANGE))
        available = (port for port in candidates if is_free(port))
        return cls(**{field.name: next(available) for field in fields(cls)})

    def require_free(self) -> None:
        """Raise `StackError` naming the first of these ports that something else occupies."""
        for name, port in asdict(self).items():
            if not is_free(port):
                raise StackError(
                    f"端口 {port} ({name}) 已被占用: port {port} is taken; "
                    "stop what uses it, or start a new home with --free-ports"
                )


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
