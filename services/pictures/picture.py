"""A picture, and how it comes and goes: receiving → loose → attached to a case → leaving."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

RECEIVING = "receiving"
"""Its bytes are on the way into the store; a crash leaves it so."""
LOOSE = "loose"
"""Whole and durable, and of no case yet."""
ATTACHED = "attached"
LEAVING = "leaving"
"""Shown to nobody any more; its bytes are being removed."""
SHOWN = (LOOSE, ATTACHED)

KEPT_FOR = {RECEIVING: timedelta(minutes=5), LOOSE: timedelta(days=1), LEAVING: timedelta()}
"""After how long in a state it has to go; the attached stay until their case is erased."""
NAMED_FOR = timedelta(days=30)
"""How long a loose one stays that a step has named: the event that attaches it may have to wait for the broker."""
MOST_LOOSE = 30
"""Pictures that one person may have sent without naming them in a report."""


@dataclass(frozen=True, slots=True)
class Picture:
    picture_id: str
    owner: str
    """Subject of who sent it."""
    state: str
    received_at: datetime
    origin: str
    """What makes a repetition of the same upload find it: a digest of its owner and their key."""
    digest: str
    """SHA-256 of what was sent, in hexadecimal: the evidence is what it was."""
    media_type: str
    width: int
    height: int
    sizes: Mapping[str, int]
    """Bytes of each variant."""
    case_id: str | None = None
    named_by: str | None = None
    """A digest of the step that named it: its repetition may name it again."""
