"""A block: whom it holds, until when, why, and all that was ever done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.kernel.actor import Actor

BLOCKED, LIFTED = "blocked", "lifted"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done: by whom, in which role and unit, when."""

    did: str
    at: datetime
    by: str
    role: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Block:
    block_id: str
    of: str
    """person, key or address."""
    whose: str
    """A subject, the id of a program, an IPv4 address or an IPv6 /64."""
    reason: str
    until: datetime
    trace: Sequence[Deed]
    """Only ever added to."""

    @property
    def is_lifted(self) -> bool:
        return self.trace[-1].did == LIFTED

    def holds(self, at: datetime) -> bool:
        return not self.is_lifted and at < self.until


def deed(did: str, by: Actor, at: datetime) -> Deed:
    return Deed(did, at, by.subject, by.role, by.unit)
