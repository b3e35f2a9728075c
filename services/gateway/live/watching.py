"""What a caller may watch: the streams, and when that has to be judged again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from services.gateway.identity.seeing import seen_by
from services.gateway.live.reader import Entry
from shared.contracts import event_types as types
from shared.contracts.topology import INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.runtime.calls import Calls

FAMILY_TURNS = frozenset({types.REPORT_MERGED, types.REPORT_UNMERGED})
STAFF_TURNS = FAMILY_TURNS | {
    types.ORDER_PLACED,
    types.ORDER_POOLED,
    types.ORDER_CLAIMED,
    types.ORDER_ASSIGNED,
    types.ORDER_TRANSFERRED,
    types.ORDER_RETURNED,
    types.ORDER_ESCALATED,
    types.PARTIES_CONVENED,
    types.PART_RELEASED,
    types.ORDER_CANCELLED,
}
"""After these others may see the case than before."""


@dataclass(frozen=True, slots=True)
class Watch:
    """`hidden`: what another's report that ours was merged into says of itself is not ours to know."""

    streams: tuple[str, ...]
    turns: frozenset[str] = frozenset()
    hidden: frozenset[tuple[str, str]] = field(default_factory=frozenset)

    def shows(self, entry: Entry) -> bool:
        return (entry["case_id"], entry["source"]) not in self.hidden


Judge = Callable[[], Watch]
"""What may be watched now. Raises NotFound or Forbidden for nothing, Unavailable where nobody can say."""


def watch_case(calls: Calls, case_id: str, actor: Actor) -> Watch:
    """The case, and the one that it was merged into. Raises NotFound."""
    report: dict[str, Any] = seen_by(calls, case_id, actor, {})["report"]
    turns = FAMILY_TURNS if actor.role == RESIDENT else STAFF_TURNS
    if not report.get("parent"):
        return Watch((_case(case_id),), turns)
    parent = report["parent"]
    return Watch((_case(case_id), _case(parent)), turns, frozenset({(parent, INTAKE)}))


def watch_inbox(actor: Actor) -> Watch:
    """A steward's own orders; for a dispatcher all cases of their unit, and those that lie nowhere yet."""
    if actor.role != DISPATCHER:
        return Watch((f"steward:{actor.subject}",))
    return Watch((*((f"unit:{actor.unit}",) if actor.unit else ()), "unplaced"))


def _case(case_id: str) -> str:
    return f"case:{case_id}"
