"""What may happen to a work order, and who may make it happen."""

from datetime import UTC, datetime

from shared.contracts import event_types as types
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, SYSTEM
from shared.kernel.lifecycle import NEW, Verb

LOOP: dict[tuple[str | None, str], str] = {
    (NEW, "open"): "pending",  # 待派遣
    ("pending", "place"): "pending",
    ("pending", "pool"): "pooled",  # 待认领
    ("pending", "assign"): "assigned",  # 已派单
    ("pending", "deliberate"): "deliberating",  # 议事
    ("pooled", "claim"): "assigned",
    ("pooled", "pool"): "pooled",
    ("pooled", "assign"): "assigned",
    ("pooled", "deliberate"): "deliberating",
    ("deliberating", "raise"): "deliberating",
    ("deliberating", "decide"): "pending",
    ("assigned", "accept"): "accepted",  # 接单
    ("assigned", "return"): "pending",  # 回退
    ("assigned", "transfer"): "pending",  # 转派
    ("assigned", "deliberate"): "deliberating",
    ("accepted", "start"): "in_progress",
    ("accepted", "transfer"): "pending",
    ("accepted", "deliberate"): "deliberating",
    ("in_progress", "ask"): "needs_information",
    ("in_progress", "suspend"): "suspended",  # 挂账
    ("in_progress", "transfer"): "pending",
    ("in_progress", "complete"): "completed",
    ("needs_information", "inform"): "in_progress",
    ("needs_information", "resume"): "in_progress",
    ("needs_information", "transfer"): "pending",
    ("suspended", "resume"): "in_progress",
    ("suspended", "transfer"): "pending",
    ("completed", "verify"): "verified",
    ("completed", "rework"): "reworking",  # 返工
    ("verified", "rework"): "reworking",
    ("closed", "rework"): "reworking",
    ("reworking", "accept"): "accepted",
    ("reworking", "return"): "pending",
    ("reworking", "transfer"): "pending",
    ("reworking", "assign"): "assigned",
    ("reworking", "pool"): "pooled",
    ("completed", "close"): "closed",
    ("verified", "close"): "closed",
    ("pending", "cancel"): "cancelled",
    ("pooled", "cancel"): "cancelled",
    ("deliberating", "cancel"): "cancelled",
    ("assigned", "cancel"): "cancelled",
    ("accepted", "cancel"): "cancelled",
}

UNSERVED = ("pending", "pooled", "deliberating", "assigned", "accepted", "in_progress", "reworking")
PAUSED = ("needs_information", "suspended")
WITH_STEWARD = ("assigned", "accepted", "in_progress")
AT_WORK = ("accepted", "in_progress")

WHILE: dict[str, tuple[str, ...]] = {
    "match": ("pending", "pooled", *WITH_STEWARD),
    "convene": WITH_STEWARD,
    "finish_part": AT_WORK,
    "release_part": (*AT_WORK, *PAUSED),
    "call_law": AT_WORK,
    "plan": AT_WORK,
    "reach": ("in_progress",),
    "ask_extension": AT_WORK,
    "extend": AT_WORK,
    "refuse_extension": AT_WORK,
    "warn": (*UNSERVED, "completed"),
    "supervise": (*UNSERVED, "completed"),
    "escalate": (*UNSERVED, "completed"),
    "reschedule": (*UNSERVED, "completed"),
    "follow": (*UNSERVED, *PAUSED, "completed", "verified", "closed"),
    "erase": ("closed", "cancelled"),
}
"""Verbs that leave the order in its state, and the states in which they are possible."""

TRANSITIONS = LOOP | {(state, verb): state for verb, states in WHILE.items() for state in states}

VERBS: dict[str, Verb] = {
    "open": Verb(types.ORDER_OPENED, (SYSTEM,)),
    "place": Verb(types.ORDER_PLACED, (DISPATCHER,)),
    "pool": Verb(types.ORDER_POOLED, (SYSTEM, DISPATCHER)),
    "assign": Verb(types.ORDER_ASSIGNED, (SYSTEM, DISPATCHER)),
    "claim": Verb(types.ORDER_CLAIMED, (STEWARD,)),
    "accept": Verb(types.ORDER_ACCEPTED, (STEWARD,)),
    "return": Verb(types.ORDER_RETURNED, (STEWARD,)),
    "transfer": Verb(types.ORDER_TRANSFERRED, (DISPATCHER,)),
    "start": Verb(types.WORK_STARTED, (STEWARD,)),
    "complete": Verb(types.ORDER_COMPLETED, (STEWARD,)),
    "verify": Verb(types.ORDER_VERIFIED, (INSPECTOR,)),
    "rework": Verb(types.ORDER_REWORKED, (SYSTEM, INSPECTOR, DISPATCHER)),
    "close": Verb(types.ORDER_CLOSED, (SYSTEM,)),
    "cancel": Verb(types.ORDER_CANCELLED, (SYSTEM,)),
    "follow": Verb(types.FOLLOWERS_NOTED, (SYSTEM,)),
    "ask": Verb(types.DETAILS_REQUESTED, (STEWARD,)),
    "inform": Verb(types.DETAILS_GIVEN, (RESIDENT,)),
    "suspend": Verb(types.WORK_SUSPENDED, (DISPATCHER,)),
    "resume": Verb(types.WORK_RESUMED, (DISPATCHER, SYSTEM)),
    "ask_extension": Verb(types.EXTENSION_ASKED, (STEWARD,)),
    "extend": Verb(types.EXTENSION_GRANTED, (DISPATCHER,)),
    "refuse_extension": Verb(types.EXTENSION_REFUSED, (DISPATCHER,)),
    "warn": Verb(types.ORDER_WARNED, (SYSTEM,)),
    "supervise": Verb(types.ORDER_SUPERVISED, (SYSTEM,)),
    "escalate": Verb(types.ORDER_ESCALATED, (SYSTEM,)),
    "reschedule": Verb(types.ORDER_RESCHEDULED, (SYSTEM,)),
    "deliberate": Verb(types.DELIBERATION_OPENED, (DISPATCHER,)),
    "raise": Verb(types.DELIBERATION_RAISED, (DISPATCHER,)),
    "decide": Verb(types.DELIBERATION_DECIDED, (DISPATCHER,)),
    "convene": Verb(types.PARTIES_CONVENED, (DISPATCHER,)),
    "finish_part": Verb(types.PART_FINISHED, (STEWARD,)),
    "release_part": Verb(types.PART_RELEASED, (DISPATCHER,)),
    "call_law": Verb(types.LAW_CALLED, (DISPATCHER, STEWARD)),
    "plan": Verb(types.MILESTONES_PLANNED, (DISPATCHER, STEWARD)),
    "reach": Verb(types.MILESTONE_REACHED, (STEWARD,)),
    "match": Verb(types.OFFER_MATCHED, (DISPATCHER, STEWARD)),
    "erase": Verb(types.ORDER_ERASED, (SYSTEM,)),
}

BEFORE_SERVICE = frozenset(state for (state, verb) in TRANSITIONS if verb == "cancel")
"""States in which a resident may still withdraw: service starts with the work itself."""
HELD = frozenset({*WITH_STEWARD, *PAUSED, "reworking"})
"""States in which an order counts towards its steward's capacity."""
AWAITING_DISPATCHER = frozenset({"pending", "reworking"})
"""States in which an order that nobody holds waits for a person to say who serves."""
AWAITING_RATING = frozenset({"completed", "verified"})
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every moment of an order: what is later than this is set."""
OPEN = frozenset({*UNSERVED, *PAUSED, "completed", "verified"})
