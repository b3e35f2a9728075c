"""The public keys of an issuer (JWKS, RFC 7517): fetched when one is missing, kept while the issuer is away."""

from collections.abc import Callable, Mapping
from threading import Lock
from time import monotonic
from typing import Any

import jwt

from shared.kernel.errors import Unavailable

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""All asymmetric: with HS256 among them, whoever knows the public key could sign (RFC 8725, section 2.1)."""

FRESH = 600.0
"""Seconds after which the keys are fetched again: so long a key that the issuer has withdrawn may be believed."""
KEPT = 24 * 3600.0
"""Seconds for which keys go on to be believed where the issuer does not answer."""
PAUSE = 5.0
"""Seconds between two tries: tokens with invented key ids shall not make this gateway flood the issuer."""

Keys = Mapping[str, jwt.PyJWK]


class KeyStore:
    """`fetch` gives the key set as JSON, or raises Unavailable; `clock` tells seconds."""

    def __init__(self, fetch: Callable[[], Mapping[str, Any]], clock: Callable[[], float] = monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()
        self._keys: Keys = {}
        self._fetched_at = self._tried_at = float("-inf")

    def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of that id; None where the issuer has none. Raises Unavailable where it cannot be asked."""
        if kid not in self._keys or self._age > FRESH:
            self._refresh()
        is_away = self._fetched_at < self._tried_at
        if is_away and (kid not in self._keys or self._age > KEPT):
            raise Unavailable("issuer")
        return self._keys.get(kid)

    @property
    def _age(self) -> float:
        return self._clock() - self._fetched_at

    def _refresh(self) -> None:
        """Once for all that wait for it. Where the issuer does not answer, what is known stays."""
        with self._lock:
            now = self._clock()
            if now - self._tried_at < PAUSE:
                return
            self._tried_at = now
            try:
                self._keys = signing_keys(self._fetch())
                self._fetched_at = now
            except Unavailable:
                return


def signing_keys(key_set: Mapping[str, Any]) -> Keys:
    """By their ids; what is no key for signatures, or of a kind that is not known here, is passed over."""
    found: dict[str, jwt.PyJWK] = {}
    for described in key_set.get("keys") or ():
        if isinstance(described, dict) and described.get("use", "sig") == "sig" and described.get("kid"):
            key = _key(described)
            if key and key.algorithm_name in ALGORITHMS:
                found[str(described["kid"])] = key
    return found


def _key(described: dict[str, Any]) -> jwt.PyJWK | None:
    try:
        return jwt.PyJWK(described)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
