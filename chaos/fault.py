"""A fault: how the system is harmed, and how soon it has to be well again."""

from collections.abc import Callable
from dataclasses import dataclass

from chaos.ground import Ground

PROCESSES, NETWORK, QUEUES, DISK, CLOCK, MESSAGES = FAMILIES = (
    "processes",
    "network",
    "queues",
    "disk",
    "clock",
    "messages",
)
PATIENCE = 120.0


@dataclass(frozen=True)
class Fault:
    """`inject` harms and mends again: when it returns, nothing keeps the system from recovering.

    `patience`: seconds from then on in which everything has to flow.
    """

    name: str
    family: str
    label: str
    inject: Callable[[Ground], None]
    patience: float = PATIENCE
