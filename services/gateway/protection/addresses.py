"""Who a request comes from, as an address: believed only as far as trusted proxies tell it."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HOUSEHOLD = 64
"""Bits of an IPv6 address that name a subscriber; below them a device may take any it likes (RFC 6177)."""


class Proxies:
    """Those in front of the gateway whose X-Forwarded-For is believed."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._networks = tuple(networks)

    def trusts(self, address: str) -> bool:
        known = _parsed(address)
        return known is not None and any(known in network for network in self._networks)

    def client(self, peer: str, forwarded: str) -> str:
        """The nearest address that no trusted proxy has; a client can put in front of it what it likes, in vain.

        `forwarded` is the X-Forwarded-For header: each proxy appends whom it heard.
        """
        nearest = peer
        for told in reversed(forwarded.split(",")):
            if not self.trusts(nearest) or _parsed(told) is None:
                break
            nearest = told.strip()
        return nearest


def household(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 of an IPv6 address. Text that is none stays as it is."""
    known = _parsed(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, HOUSEHOLD), strict=False))
    return str(known) if known else address


def is_address(text: str) -> bool:
    return _parsed(text) is not None


def _parsed(text: str) -> Address | None:
    """An IPv4 address that came in IPv6 clothes is the IPv4 address."""
    try:
        known = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known
