"""Grants: what one service says of a person and a case, for another to believe, as nobody else can have signed it.

A grant is JSON and an HMAC-SHA256 over it (RFC 2104), each as base64url, with a dot between.
"""

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from shared.kernel.actor import Actor
from shared.kernel.base64url import as_bytes, as_text

SIGHT = "sight"
"""What the key of these grants is for, as it is derived from the secret."""
LIFETIME = timedelta(minutes=1)
"""Long enough for the call that it is asked for, also where the clocks of two machines differ."""


@dataclass(frozen=True, slots=True)
class Grant:
    """That this person, in this role, may see this case. `serves`: they serve or decide it at this moment."""

    case_id: str
    subject: str
    role: str
    serves: bool
    until: float
    """Seconds since 1970."""


def grant_sight(key: bytes, case_id: str, to: Actor, serves: bool, at: datetime) -> str:
    """Good for `LIFETIME`, for that person in that role, and of use to nobody else."""
    grant = Grant(case_id, to.subject, to.role, serves, (at + LIFETIME).timestamp())
    said = json.dumps(asdict(grant)).encode()
    return f"{as_text(said)}.{as_text(hmac.digest(key, said, 'sha256'))}"


def read_grant(key: bytes, token: str | None, by: Actor, at: datetime) -> Grant | None:
    """What it grants to that person now; None for whatever was not signed, is another's, or is over."""
    try:
        said, code = (as_bytes(part) for part in (token or "").split("."))
    except ValueError:
        return None
    if not hmac.compare_digest(hmac.digest(key, said, "sha256"), code):
        return None
    grant = Grant(**json.loads(said))
    is_theirs = (grant.subject, grant.role) == (by.subject, by.role)
    return grant if is_theirs and at.timestamp() < grant.until else None
