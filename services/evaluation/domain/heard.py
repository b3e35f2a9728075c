"""What the snapshots of reports and orders say, as facts of an evaluation.

Each fact is a function of the latest snapshot alone. So whatever was heard before it, or never, the facts are
the same in the end.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Facts = dict[str, Any]
Snapshot = Mapping[str, Any]

OF_REPORT = ("reporter", "reported_at", "channel", "entered_by")
OF_ORDER = ("reporter", "followers", "category", "opened_at", "unit", "unit_path")
OF_SERVICE = ("dispatched_at", "returns", "transfers", "extensions")


def news(known: Mapping[str, Any], told: Mapping[str, Any]) -> Facts:
    """What of it is not known yet; a fact that is None says no more than one that is missing."""
    return {name: value for name, value in told.items() if value != known.get(name)}


def of_report(report: Snapshot, known: Mapping[str, Any]) -> Facts:
    """The order's word on category and place counts for more, whichever was heard first."""
    is_sorted, is_placed = "opened_at" in known, "unit" in known
    names = (*OF_REPORT, *([] if is_sorted else ["category"]), *([] if is_placed else ["unit_path"]))
    return _named(report, names)


def of_order(order: Snapshot, known: Mapping[str, Any], rating_window: timedelta) -> Facts:
    """`close_by`: until when the first round should have been served and rated; a rework does not move it."""
    rounds = order["rounds"]
    service = _service(order, rounds)
    facts = {**_named(order, OF_ORDER), "service": service, "late_at": _late_at(service, known.get("overdue_at"))}
    if servers := {turn["served_by"] for turn in rounds if "served_by" in turn}:
        facts["servers"] = sorted(servers)
    if due_at := _deadline(order, rounds[0]).get("due_at"):
        facts["close_by"] = due_at + rating_window
    elif "close_by" in known:
        facts["close_by"] = None
    return facts


def _service(order: Snapshot, rounds: Sequence[Snapshot]) -> Facts:
    """Replaced whole each time; what dispatch does not say is missing."""
    last = rounds[-1]
    deadline = _deadline(order, last)
    handled = [turn["handling"] for turn in rounds if "handling" in turn]
    return {
        **_named(order, OF_SERVICE),
        **order.get("serving", {}),
        "rounds": len(rounds),
        "served_at": last.get("completed_at"),
        **({"serve_by": deadline["due_at"]} if "due_at" in deadline else {}),
        **_named(last, ("in_time",)),
        **({"handling": sum(handled)} if handled else {}),
    }


def _deadline(order: Snapshot, turn: Snapshot) -> Snapshot:
    """Who says until when that round has to be served: the clock of the order, while it runs for it."""
    return turn if "completed_at" in turn else order


def _late_at(service: Snapshot, noticed: datetime | None) -> datetime | None:
    """When the timer will find the case unserved and late; None where there is nothing left to notice."""
    serve_by: datetime | None = service.get("serve_by")
    if serve_by is None or service["served_at"] is not None or (noticed is not None and serve_by <= noticed):
        return None
    return serve_by


def _named(snapshot: Snapshot, names: Sequence[str]) -> Facts:
    return {name: snapshot[name] for name in names if name in snapshot}
