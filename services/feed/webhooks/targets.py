"""Where a webhook may lead: out into the world, and to nothing on the inside (OWASP: server-side request forgery).

The name is resolved for every request, and the request goes to the very address that was looked at: a name that
leads elsewhere a moment later leads nowhere.
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from shared.kernel.errors import Invalid

HTTPS, HTTP = "https", "http"
PORTS = {HTTPS: 443, HTTP: 80}
TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
"""NAT64: an IPv4 address of anywhere is behind it (RFC 6052, RFC 8215)."""

Resolve = Callable[[str, int], list[str]]


class Unreachable(Exception):
    """There is no address that a request may go to; says why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """For development and tests: what is never allowed in service."""

    allow_http: bool = False
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_url(url: str, policy: Policy) -> Target:
    """Raises Invalid, saying how an address has to be written."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if ":" not in (parts.hostname or "") else parts.hostname
    except (ValueError, UnicodeError):
        raise Invalid({"url": ["Not an address: write it as https://host/path."]}) from None
    if parts.scheme != HTTPS and not (parts.scheme == HTTP and policy.allow_http):
        raise Invalid({"url": ["Must be https: what is sent is nobody else's business."]})
    if not host or parts.username or parts.password or parts.fragment or any(ord(sign) <= 32 for sign in url):
        raise Invalid({"url": ["Write it as https://host/path, without a user, a fragment or blanks."]})
    path = parts.path or "/"
    return Target(parts.scheme, host, port or PORTS[parts.scheme], f"{path}?{parts.query}" if parts.query else path)


def look_up(host: str, port: int) -> list[str]:
    """Raises Unreachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable("The name leads to no address.") from error
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def allowed_addresses(target: Target, policy: Policy, resolve: Resolve = look_up) -> list[str]:
    """Those to connect to, the first that can be reached. A name with even one address of the inside is refused.

    Raises Unreachable.
    """
    addresses = resolve(target.host, target.port)
    if not addresses:
        raise Unreachable("The name leads to no address.")
    if not policy.allow_private and not all(is_public(address) for address in addresses):
        raise Unreachable("The name leads to an address that is not of the public internet.")
    return addresses


def is_public(address: str) -> bool:
    """Of the public internet, and no other address in disguise."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or any(ip in network for network in TRANSLATED):
            return False
    return _is_global(ip)


def _is_global(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_unspecified)
