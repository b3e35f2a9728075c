"""What only evaluation can compute, and nobody undo: one key for each purpose, all from one secret."""

import hmac

SHORTEST_SECRET = 32
"""Bytes: as many as HMAC-SHA256 gives (RFC 2104, section 3)."""
ALIAS, RATING_LINK, BALLOTS = "alias", "rating-link", "ballots"
"""Purposes."""
ALIAS_DIGITS = 32


def derive(secret: str, purpose: str) -> bytes:
    """The key for that purpose; it tells nothing of the others. Raises ValueError for a secret that is too short."""
    if len(secret.encode()) < SHORTEST_SECRET:
        raise ValueError(f"EVALUATION_SECRET must have at least {SHORTEST_SECRET} bytes")
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def alias(key: bytes, case_id: str) -> str:
    """The pseudonym of a case: 32 hexadecimal digits."""
    return hmac.digest(key, case_id.encode(), "sha256").hex()[:ALIAS_DIGITS]
