"""The journal as a dict: the same guards, the same conflicts, the same things loaded and left out."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from pickle import dumps, loads
from typing import Generic, TypeVar

from services.dispatch.domain.lifecycle import HELD
from services.dispatch.domain.lifecycle import OPEN as OPEN_ORDERS
from services.dispatch.domain.order import WorkOrder
from services.dispatch.routing.scoring import Standing
from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.lateness import is_late
from services.intake.domain import ENDED, OPEN, OVER, Report
from services.intake.reception.duplicates import Area
from shared.kernel.case import Case
from shared.runtime.messages import Publication

C = TypeVar("C", bound=Case)


class InMemoryCases(Generic[C]):
    """`shared.kernel.ports.Cases`; `published` keeps the events of every step, in the order they were written.

    Each of `rivals` is called once, between a handler's reading and its writing: there others slip in.
    """

    def __init__(self, case_type: type[C]) -> None:
        self._case_type = case_type
        self._stored: dict[str, C] = {}
        self.published: list[Publication] = []
        self.rivals: deque[Callable[[], object]] = deque()

    def blank(self, case_id: str) -> C:
        return self._case_type(case_id)

    def load(self, case_id: str) -> C | None:
        return _copy(self._stored[case_id]) if case_id in self._stored else None

    def load_many(self, case_ids: Iterable[str]) -> dict[str, C]:
        """Without history and private data, as the journal does."""
        found = {case_id: _copy(self._stored[case_id]) for case_id in case_ids if case_id in self._stored}
        for case in found.values():
            case.history, case.private = [], {}
        return found

    def commit(self, cases: Sequence[C]) -> set[str]:
        changed = [case for case in cases if case.changed]
        if changed and self.rivals:
            self._let_in(self.rivals.popleft())
        return {case.case_id for case in changed if not self._write(case)}

    def all(self) -> list[C]:
        return [_copy(case) for case in self._stored.values()]

    def _let_in(self, rival: Callable[[], object]) -> None:
        """A rival meets no rivals itself."""
        others, self.rivals = self.rivals, deque()
        try:
            rival()
        finally:
            self.rivals = others

    def _write(self, case: C) -> bool:
        stored = self._stored.get(case.case_id) or self.blank(case.case_id)
        if stored.version != case.base_version or not self._is_unique(case):
            return False
        step = _copy(case)
        for _ in stored.replaying(event for event, _ in step.outgoing):
            pass
        stored.private = step.new_private if step.erases else stored.private | step.new_private
        stored.inbox |= {
            source: max(sequence, stored.inbox.get(source, 0)) for source, sequence in step.new_inbox.items()
        }
        self._stored[case.case_id] = stored
        self.published += [Publication(case.case_id, event, snapshot) for event, snapshot in step.outgoing]
        return True

    def _is_unique(self, case: C) -> bool:
        """What a unique index would refuse."""
        return True


def _copy(case: C) -> C:
    """Shares nothing with the original; some times faster than `deepcopy`."""
    kept = {field.name: getattr(case, field.name) for field in fields(case)}
    return type(case)(**loads(dumps(kept)))


class InMemoryReports(InMemoryCases[Report]):
    def __init__(self) -> None:
        super().__init__(Report)

    def by_origin(self, origin: str) -> Report | None:
        return next((report for report in self.all() if report.facts["origin"] == origin), None)

    def near(self, area: Area, most: int) -> list[tuple[float, Report]]:
        """By the great circle, as 2dsphere reckons."""
        found = [(_metres(area, report.facts["position"]), report) for report in self.all() if _is_in(area, report)]
        return sorted((pair for pair in found if pair[0] <= area.radius), key=lambda pair: pair[0])[:most]

    def ended_parents(self) -> list[str]:
        return [report.case_id for report in self.all() if report.state in ENDED and report.children]

    def over_since(self, at: datetime, limit: int) -> Sequence[str]:
        over = [case for case in self.all() if case.state in OVER and not case.is_erased]
        return [case.case_id for case in over if case.facts["ended_at"] <= at][:limit]

    def _is_unique(self, case: Report) -> bool:
        known = self.by_origin(case.facts["origin"])
        return known is None or known.case_id == case.case_id


def _is_in(area: Area, report: Report) -> bool:
    facts = report.facts
    is_recent = facts["reported_at"] >= area.since
    return "point" in facts and facts.get("category") in area.categories and report.state in OPEN and is_recent


def _metres(area: Area, position: Mapping[str, float]) -> float:
    lat_a, lat_b = radians(area.lat), radians(position["lat"])
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(position["lon"] - area.lon) / 2) ** 2
    return 2 * 6_378_100 * asin(sqrt(half))


class InMemoryOrders(InMemoryCases[WorkOrder]):
    def __init__(self) -> None:
        super().__init__(WorkOrder)

    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        theirs = [order for order in self.all() if order.facts.get("assignee") in subjects]
        return {
            subject: _standing([order for order in theirs if order.facts["assignee"] == subject], since, rated_since)
            for subject in subjects
        }

    def awake(self, at: datetime, limit: int) -> Sequence[str]:
        waking = [order for order in self.all() if order.facts.get("wake_at") and order.facts["wake_at"] <= at]
        return [order.case_id for order in sorted(waking, key=lambda order: order.facts["wake_at"])][:limit]

    def open_after(self, case_id: str, limit: int) -> Sequence[str]:
        still_open = (order.case_id for order in self.all() if order.state in OPEN_ORDERS and order.case_id > case_id)
        return sorted(still_open)[:limit]


def _standing(orders: Sequence[WorkOrder], since: datetime, rated_since: datetime) -> Standing:
    assigned = [(order, order.facts["assigned_at"]) for order in orders if "assigned_at" in order.facts]
    stars = [order.facts["stars"] for order, at in assigned if at >= rated_since and "stars" in order.facts]
    return Standing(
        open=sum(order.state in HELD for order in orders),
        recent=sum(at >= since for _, at in assigned),
        stars_sum=sum(stars),
        stars_count=len(stars),
    )


class InMemoryEvaluations(InMemoryCases[Evaluation]):
    def __init__(self) -> None:
        super().__init__(Evaluation)

    def due(self, at: datetime, limit: int) -> Sequence[str]:
        overdue = [case for case in self.all() if case.is_due(at)]
        return [case.case_id for case in sorted(overdue, key=lambda case: case.facts["due_at"])][:limit]

    def late(self, at: datetime, limit: int) -> Sequence[str]:
        overdue = [case for case in self.all() if is_late(case, at)]
        return [case.case_id for case in sorted(overdue, key=lambda case: case.facts["late_at"])][:limit]
