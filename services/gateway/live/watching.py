"""What a caller may watch: the streams, and when that has to be judged again."""

from collections.abc import Callable
from dataclasses import dataclass, field

from services.gateway.identity.seeing import require_sight
from services.gateway.live.reader import Entry
from shared.contracts import event_types as types
from shared.contracts.topology import INTAKE
from shared.kernel.actor import DISPATCHER, RESIDENT, Actor
from shared.kernel.errors import Forbidden
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
    parent = require_sight(calls, case_id, actor)
    turns = FAMILY_TURNS if actor.role == RESIDENT else STAFF_TURNS
    if parent is None:
        return Watch((_case(case_id),), turns)
    return Watch((_case(case_id), _case(parent)), turns, frozenset({(parent, INTAKE)}))


def watch_inbox(actor: Actor) -> Watch:
    """A steward's own orders; for a dispatcher all cases of their unit, and those that lie nowhere yet.

    Raises Forbidden for a dispatcher of no unit.
    """
    if actor.role != DISPATCHER:
        return Watch((f"steward:{actor.subject}",))
    if actor.unit is None:
        raise Forbidden("watch", actor.role, "You act for a unit: send a token that names yours.")
    return Watch((f"unit:{actor.unit}", "unplaced"))


def _case(case_id: str) -> str:
    return f"case:{case_id}"
