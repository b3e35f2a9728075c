"""Settings of what protects the edge, from the environment. Read when the gateway starts, never on import."""

from dataclasses import dataclass
from ipaddress import ip_network
from urllib.parse import urlsplit

from services.gateway.protection.addresses import Network
from shared.runtime.environment import environment


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """Seconds, and bytes a second."""

    most: int
    """Connections in all; what comes after them is told to come again."""
    most_per_address: int
    """Of one IPv4 address or IPv6 /64; a trusted proxy speaks for many and is not counted."""
    header_seconds: float
    """From the first byte of a request until its headers are there."""
    idle_seconds: float
    """That a connection may wait for its next request."""
    grace_seconds: float
    """That a body, or each piece of an answer, may take whatever its size."""
    slowest_rate: int
    """Bytes a second that must have passed beyond the grace, on average."""
    drain_seconds: float
    """That requests may still take to be answered once the process is to end."""


def read_connection_settings() -> ConnectionSettings:
    """Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = environment()
    return ConnectionSettings(
        most=env.int("CONNECTIONS", 2000),
        most_per_address=env.int("CONNECTIONS_PER_ADDRESS", 500),
        header_seconds=env.float("HEADER_SECONDS", 10),
        idle_seconds=env.float("IDLE_SECONDS", 60),
        grace_seconds=env.float("GRACE_SECONDS", 10),
        slowest_rate=env.int("SLOWEST_RATE", 1024),
        drain_seconds=env.float("DRAIN_SECONDS", 10),
    )


def read_trusted_proxies() -> tuple[Network, ...]:
    """`TRUSTED_PROXIES`: addresses or networks, with commas; whose X-Forwarded-For is believed. None unless said.

    Raises ValueError for what is no network.
    """
    try:
        return tuple(ip_network(network) for network in _listed("TRUSTED_PROXIES"))
    except ValueError as error:
        raise ValueError(f"TRUSTED_PROXIES must be addresses or networks, with commas: {error}") from error


def read_origins() -> frozenset[str]:
    """`CORS_ORIGINS`: as a browser says them, with commas. Raises ValueError for what is no origin."""
    origins = _listed("CORS_ORIGINS")
    for origin in origins:
        parts = urlsplit(origin)
        if origin != f"{parts.scheme}://{parts.netloc}" or parts.scheme not in ("http", "https"):
            raise ValueError(f"CORS_ORIGINS must be origins as https://city.example, with commas: not {origin!r}")
    return frozenset(origins)


def read_block_contact() -> str:
    """`BLOCK_CONTACT`: whom somebody who is blocked may ask; else 12345, the service line of every Chinese city."""
    return environment().str("BLOCK_CONTACT", "") or "12345"


def _listed(name: str) -> list[str]:
    return [part.strip() for part in environment().str(name, "").split(",") if part.strip()]
