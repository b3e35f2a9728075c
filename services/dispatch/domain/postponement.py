"""What stops the finish clock, or gives it more: questions to the resident, suspension 挂账, extension 延期."""

from datetime import datetime, timedelta

from services.dispatch.domain.clocks import FINISH, Clock
from services.dispatch.domain.order import WorkOrder
from shared.kernel.actor import Actor
from shared.kernel.errors import Invalid

MOST_EXTENSIONS = 2
LONGEST_SUSPENSION = timedelta(days=365)
LONGEST_WAIT = timedelta(days=7)
"""For a resident's answer; then the work goes on with what is known."""


def ask(order: WorkOrder, by: Actor, at: datetime, question: str) -> None:
    """请补充: what only the resident can say; the clock waits for the answer, but not for ever."""
    order.only_assignee("ask", by)
    order.record("ask", by, at, facts={"resume_at": at + LONGEST_WAIT}, private={"question": question})


def inform(order: WorkOrder, by: Actor, at: datetime, text: str) -> None:
    order.record("inform", by, at, private={"information": [*order.private.get("information", []), text]})


def suspend(order: WorkOrder, by: Actor, at: datetime, until: datetime, reason: str) -> None:
    """挂账: once, at most a year; it resumes by itself. Raises Invalid."""
    order.lifecycle.next(order.state, "suspend")
    if "suspended_at" in order.facts:
        raise Invalid({"until": ["An order is suspended once only, and this one was."]})
    if not at < until <= at + LONGEST_SUSPENSION:
        raise Invalid({"until": ["Must lie ahead, and at most a year."]})
    facts = {"suspended_at": at, "resume_at": until}
    order.record("suspend", by, at, facts=facts, private={"suspend_reason": reason})


def resume(order: WorkOrder, by: Actor, at: datetime) -> None:
    """By the timer when its time has come, or by a dispatcher before."""
    order.record("resume", by, at, facts={"resume_at": at})


def ask_extension(order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
    order.only_assignee("ask_extension", by)
    _require_extensible(order, at)
    facts = {"extension_asked_at": at}
    order.record("ask_extension", by, at, facts=facts, private={"extension_reason": reason})


def extend(order: WorkOrder, by: Actor, at: datetime) -> None:
    """延期: the original limit once more, at most twice, and not once overdue. Raises Invalid."""
    order.lifecycle.next(order.state, "extend")
    _require_asked(order)
    _require_extensible(order, at)
    clock = Clock.of(order.facts["clocks"][FINISH])
    extended = {**clock.facts, "extensions": clock.extensions + 1, "rung": 0}
    facts = {
        "clocks": {**order.facts["clocks"], FINISH: extended},
        "extensions": order.facts.get("extensions", 0) + 1,
        "extension_asked_at": None,
    }
    order.record("extend", by, at, facts=facts)


def refuse_extension(order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
    order.lifecycle.next(order.state, "refuse_extension")
    _require_asked(order)
    facts = {"extension_asked_at": None}
    order.record("refuse_extension", by, at, facts=facts, private={"extension_refusal": reason})


def _require_asked(order: WorkOrder) -> None:
    if not order.facts.get("extension_asked_at"):
        raise Invalid({"extension": ["Nobody asked for an extension."]})


def _require_extensible(order: WorkOrder, at: datetime) -> None:
    due_at = order.facts.get("due_at")
    if due_at is None:
        raise Invalid({"extension": ["This order has no limit to extend."]})
    if at >= due_at:
        raise Invalid({"extension": ["The limit has run out: an overdue order is not extended."]})
    if Clock.of(order.facts["clocks"][FINISH]).extensions >= MOST_EXTENSIONS:
        raise Invalid({"extension": [f"It was extended {MOST_EXTENSIONS} times, and no more."]})
