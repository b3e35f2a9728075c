"""A process as the supervisor runs it."""

from collections.abc import Mapping
from dataclasses import dataclass

EPMD_TIER, SERVERS_TIER, SERVICES_TIER = "epmd", "servers", "services"
PICTURES_TIER, GATEWAY_TIER = "pictures", "gateway"
TIERS = (EPMD_TIER, SERVERS_TIER, SERVICES_TIER, PICTURES_TIER, GATEWAY_TIER)
"""Started in this order, stopped in the reverse one."""


@dataclass(frozen=True)
class Program:
    name: str
    tier: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    address: str
    """Where a person or a client reaches it; empty for a process that listens nowhere."""
    stop_seconds: int
    """Seconds to end by itself after SIGTERM, before it is killed."""
    socket: str = ""
    """Where the supervisor listens for all of this tier, as `tcp://host:port`; empty for who listens by itself."""
