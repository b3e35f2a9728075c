"""Connecting to RabbitMQ, the same way in every process: encrypted and verified where the URI says `amqps`."""

import ssl
from typing import Any
from urllib.parse import urlsplit

from kombu import Connection

from shared.runtime.environment import CA_FILE
from shared.runtime.uris import option, without_option

__all__ = ["Connection", "address", "connect", "encryption"]

ENCRYPTED = "amqps"


def connect(amqp_uri: str, **options: Any) -> Connection:
    """Connects lazily: an absent broker shows at the first use."""
    return Connection(address(amqp_uri), ssl=encryption(amqp_uri), **options)


def encryption(amqp_uri: str) -> dict[str, Any] | None:
    """What kombu and nameko take as `ssl`; None where the URI says `amqp`.

    By itself py-amqp verifies a certificate but not whose it is: only a name to compare with makes it do so, and
    None stands for the one in the URI.
    """
    if urlsplit(amqp_uri).scheme != ENCRYPTED:
        return None
    return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None, "ca_certs": option(amqp_uri, CA_FILE)}


def address(amqp_uri: str) -> str:
    """The URI as kombu takes it, beside `encryption`."""
    return without_option(amqp_uri, CA_FILE)
