"""What may happen to a campaign, and who may make it happen."""

from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, SYSTEM
from shared.kernel.lifecycle import NEW, Verb

TRANSITIONS: dict[tuple[str | None, str], str] = {
    (NEW, "announce"): "announced",
    ("announced", "open"): "open",
    ("open", "close"): "closed",
    ("closed", "publish"): "published",
    ("announced", "cancel"): "cancelled",
    ("open", "cancel"): "cancelled",
}

VERBS: dict[str, Verb] = {
    "announce": Verb(types.CAMPAIGN_ANNOUNCED, (DISPATCHER,)),
    "open": Verb(types.CAMPAIGN_OPENED, (SYSTEM,)),
    "close": Verb(types.CAMPAIGN_CLOSED, (SYSTEM,)),
    "publish": Verb(types.CAMPAIGN_PUBLISHED, (DISPATCHER,)),
    "cancel": Verb(types.CAMPAIGN_CANCELLED, (DISPATCHER,)),
}

COUNTED = frozenset({"closed", "published"})
"""States in which there is a tally."""
KNOWN_TO_ALL = frozenset({"published", "cancelled"})
"""States in which everybody may see the campaign."""
