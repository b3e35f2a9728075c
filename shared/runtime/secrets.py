"""One secret of a process, and a key made of it for each purpose."""

import hmac

SHORTEST_SECRET = 32
"""Bytes: as many as HMAC-SHA256 gives (RFC 2104, section 3)."""


def derive(secret: str, purpose: str) -> bytes:
    """The key for that purpose; it tells nothing of the others. Raises ValueError for a secret that is too short."""
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(f"The secret for {purpose} must have at least {SHORTEST_SECRET} bytes")
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")
