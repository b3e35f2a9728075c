"""Do equals share the work evenly? Time passes, orders come and are finished; beside it the nearest always serves."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from statistics import fmean
from typing import Any

from benchmarks.routing.people import COMMUNITY, equals, somewhere
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Point
from services.dispatch.routing.desk import Desk
from services.dispatch.routing.scoring import Standing
from services.dispatch.routing.weights import Weights
from shared.contracts.catalogue import Category
from shared.kernel.worktime import WorkCalendar

CATEGORY = "cleaning"
PATH = (COMMUNITY.code,)
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
CAPACITY, SERVED_IN, BUSY = 12, timedelta(days=2), 0.5
"""Orders come so fast that on average this share of all capacity is taken."""
STARS = (1, 2, 3, 4, 5, 5, 5, 5)
"""Everyone's ratings are drawn from these."""

Chooser = Callable[[Point, datetime], str | None]


@dataclass
class Book:
    """Who has what: `Standings` as the database would answer, the windows of time included."""

    random: Random
    given: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    stars: dict[str, deque[tuple[datetime, int]]] = field(default_factory=dict)
    running: list[tuple[datetime, str]] = field(default_factory=list)

    def assign(self, steward: str, at: datetime) -> None:
        self.given[steward] += 1
        self.held[steward] += 1
        self.stars.setdefault(steward, deque()).append((at, self.random.choice(STARS)))
        heappush(self.running, (at + SERVED_IN * self.random.expovariate(1), steward))

    def finish(self, at: datetime) -> None:
        """All that is done by then."""
        while self.running and self.running[0][0] <= at:
            self.held[heappop(self.running)[1]] -= 1

    def standing(self, subjects: Collection[str], since: datetime, rated_since: datetime) -> dict[str, Standing]:
        return {subject: self._standing(subject, since, rated_since) for subject in subjects}

    def _standing(self, subject: str, since: datetime, rated_since: datetime) -> Standing:
        theirs = self.stars.setdefault(subject, deque())
        while theirs and theirs[0][0] < rated_since:
            theirs.popleft()
        recent = sum(at >= since for at, _ in theirs)
        return Standing(self.held[subject], recent, sum(stars for _, stars in theirs), len(theirs))


def measure(
    catalogue: Mapping[str, Category], weights: Weights, orders: int, stewards: int = 40, seed: int = 7
) -> dict[str, Any]:
    """The most orders that one of them got over the fewest, 1 being perfectly even; and how far they had to go."""
    directory = equals(stewards, CAPACITY, catalogue[CATEGORY].skills, Random(seed))

    def by_score(book: Book) -> Chooser:
        def choose(point: Point, at: datetime) -> str | None:
            desk = Desk(directory, catalogue, weights, WorkCalendar((), ()), book)
            return desk.decide(CATEGORY, PATH, {"lon": point[0], "lat": point[1]}, at).assignee

        return choose

    def nearest_first(book: Book) -> Chooser:
        def choose(point: Point, _: datetime) -> str | None:
            near = directory.shortlist(PATH, point, catalogue[CATEGORY].skills, stewards).on_shift
            return next((who.subject for who, _ in near if book.held[who.subject] < who.capacity), None)

        return choose

    return {
        "orders": orders,
        "stewards": stewards,
        "ours": _spread(directory, by_score, orders, seed),
        "nearest_first": _spread(directory, nearest_first, orders, seed),
    }


def _spread(directory: Directory, chooser_of: Callable[[Book], Chooser], orders: int, seed: int) -> dict[str, float]:
    random = Random(seed + 1)
    book = Book(random)
    choose = chooser_of(book)
    people = directory.stewards_in(COMMUNITY.code)
    between = SERVED_IN / (len(people) * CAPACITY * BUSY)
    at, ways = BEGINS, []
    for _ in range(orders):
        at += between * random.expovariate(1)
        book.finish(at)
        point = somewhere(random)
        chosen = choose(point, at)
        if chosen:
            book.assign(chosen, at)
            ways.append(directory.metres_to(directory.steward(chosen), PATH, point))
    counts = [book.given[steward.subject] for steward in people]
    return {
        "most": max(counts),
        "fewest": min(counts),
        "most_to_fewest": max(counts) / max(1, min(counts)),
        "mean_metres": fmean(ways),
        "assigned": len(ways),
    }
