"""Labels of a bounded number, of words that come from outside: one nobody knows is `other`, and all such together."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.contracts import campaigns, evaluations, event_types, orders, reports

OTHER = "other"

EVENT_TYPES = frozenset(value for name, value in vars(event_types).items() if name.isupper())
VERBS = frozenset({*reports.TAKEN, *orders.COMMANDS, *evaluations.COMMANDS, *campaigns.COMMANDS})
HTTP_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def event_type(said: str) -> str:
    return said if said in EVENT_TYPES else OTHER


def http_method(said: str) -> str:
    return said if said in HTTP_METHODS else OTHER


def verb(method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Of a call that carries a command out, the command's verb; of any other the method."""
    if not method.startswith("carry_out"):
        return method
    said = kwargs.get("verb", args[0] if args else None)
    return said if isinstance(said, str) and said in VERBS else OTHER
