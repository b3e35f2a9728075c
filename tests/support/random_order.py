"""An order on a way that nobody would think of: step by step, whatever its state allows."""

from datetime import timedelta
from random import Random

from hypothesis import strategies as st

from services.dispatch.domain.order import WorkOrder
from shared.kernel.errors import Forbidden, Invalid
from tests.support.calendar import beijing
from tests.support.timed_order import STEPS, TimedOrder

VERB_OF = {
    "open_nowhere": "open",
    "send_back": "rework",
    "reopen": "rework",
    "rework_supervised": "rework",
}
"""Of the steps that are not called by their verb."""
AHEAD = ("accept", "start", "suspend", "resume", "inform", "complete", "verify", "send_back", "rework")
ALWAYS = ("ring", "terms", "holiday")
DRAWN = sorted(STEPS.keys() - {"hear", "cancel", "pool", *ALWAYS})

TERMS = [
    "",
    "limit 30m",
    "accept_limit 2h, limit 24h, verification",
    "accept_limit 4wh, limit 3wd",
    "accept_limit 1wd, verification",
]
WHO = ["one", "two", "pool", "nobody"]
ARGUMENTS = {"terms": TERMS, "holiday": ["2026-09-29", "2026-10-09"], "suspend": [""]}
ORDERS = st.builds(TimedOrder, st.sampled_from(TERMS))


def possible(order: WorkOrder) -> list[str]:
    allowed = order.lifecycle.allowed(order.state)
    drawn = [step for step in DRAWN if VERB_OF.get(step, step) in allowed]
    return drawn if order.state is None else [*drawn, *ALWAYS]


def after_some_step(one: TimedOrder, random: Random, now: timedelta) -> TimedOrder:
    """Half of the time one step further round the loop. What the rules refuse leaves the order as it was."""
    steps = possible(one.order)
    ahead = [step for step in steps if step in AHEAD]
    step = random.choice(ahead if ahead and random.random() < 0.5 else steps)
    after = one.copy()
    try:
        after.take(step, beijing("2026-09-28 08:00") + now, random.choice(ARGUMENTS.get(step, WHO)))
    except (Invalid, Forbidden):
        return one
    return after
