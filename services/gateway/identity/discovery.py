"""Where an issuer's keys are: at the address it is set to, or as its discovery document says (OpenID Discovery 1.0)."""

from collections.abc import Callable, Mapping
from typing import Any

import requests

from shared.kernel.errors import Unavailable

PATH = "/.well-known/openid-configuration"
TIMEOUT = (3.05, 5.0)
"""Seconds to connect, and to read."""


def key_source(issuer: str, jwks_uri: str | None) -> Callable[[], Mapping[str, Any]]:
    """How the issuer's key set is fetched."""
    return lambda: get_json(jwks_uri or discovered(issuer))


def discovered(issuer: str) -> str:
    """Raises Unavailable, also where the document is another issuer's (section 4.3)."""
    document = get_json(issuer.rstrip("/") + PATH)
    if document.get("issuer") != issuer or not isinstance(document.get("jwks_uri"), str):
        raise Unavailable("issuer")
    return str(document["jwks_uri"])


def get_json(address: str) -> Mapping[str, Any]:
    """Raises Unavailable where no JSON object is to be had; follows no redirect."""
    try:
        answer = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
        document = answer.json() if answer.status_code == requests.codes.ok else None
    except (requests.RequestException, ValueError) as error:
        raise Unavailable("issuer") from error
    if not isinstance(document, dict):
        raise Unavailable("issuer")
    return document
