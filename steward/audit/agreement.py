"""Which states of a case go together once every event has been heard."""

from collections.abc import Mapping

WAITING = frozenset({"pending", "pooled", "deliberating", "assigned", "accepted"})
AT_WORK = frozenset({"in_progress", "needs_information", "suspended"})
DONE = frozenset({"completed", "verified"})
NOTHING: frozenset[str | None] = frozenset({None})

ORDERS: Mapping[str | None, frozenset[str | None]] = {
    None: NOTHING,
    "submitted": NOTHING,
    "needs_information": NOTHING,
    "rejected": NOTHING,
    "merged": NOTHING,
    "withdrawn": NOTHING | {"cancelled"},
    "accepted": WAITING,
    "in_service": AT_WORK,
    "served": DONE,
    "closed": frozenset({"closed"}),
}
"""Report's state → states of the order. None: the store has nothing of the case."""

ORDERS_IN_REWORK = WAITING | AT_WORK | {"reworking"}
"""From the second round on a report stays in service, however often the order changes hands."""

VOID = ("rejected", "withdrawn", "merged")
EVALUATIONS_OF_REPORTS: Mapping[str | None, frozenset[str | None]] = {
    None: NOTHING,
    **dict.fromkeys(("submitted", "needs_information", "accepted"), frozenset({"reported"})),
    **dict.fromkeys(VOID, frozenset({"void"})),
}
"""Report's state → states of the evaluation, while there is no order."""

EVALUATIONS: Mapping[str | None, frozenset[str | None]] = {
    **dict.fromkeys(ORDERS_IN_REWORK, frozenset({"expected"})),
    **dict.fromkeys(DONE, frozenset({"invited", "rated"})),
    "closed": frozenset({"settled", "expired", "disputed"}),
    "cancelled": frozenset({"void"}),
}
"""Order's state → states of the evaluation."""


def evaluations_of(report: str | None, order: str | None, awaits_verification: bool) -> frozenset[str | None]:
    """States in which the evaluation may be; nobody is invited before the work was verified, where it has to be."""
    if order is None:
        return EVALUATIONS_OF_REPORTS.get(report, frozenset())
    return frozenset({"expected"}) if awaits_verification else EVALUATIONS.get(order, frozenset())


def orders_of(report: str | None, round_number: int) -> frozenset[str | None]:
    """States in which the order may be while its report is in `report`."""
    if report == "in_service" and round_number > 1:
        return frozenset(ORDERS_IN_REWORK)
    return ORDERS.get(report, frozenset())
