"""Pseudonyms of cases, and the purposes for which evaluation makes keys: nobody else can compute or undo them."""

import hmac

ALIAS, RATING_LINK, BALLOTS = "alias", "rating-link", "ballots"
"""Purposes."""
ALIAS_DIGITS = 32


def alias(key: bytes, case_id: str) -> str:
    """The pseudonym of a case: 32 hexadecimal digits."""
    return hmac.digest(key, case_id.encode(), "sha256").hex()[:ALIAS_DIGITS]
