"""Every indicator, counted case by case over evaluation documents, as its definition reads.

Written from the definitions alone, with days that close at midnight in Beijing and the weights as shipped. It shares
nothing with the code that it is compared with.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
RESPONSE, RESOLUTION, SATISFACTION = Fraction(1, 10), Fraction(5, 10), Fraction(4, 10)
WORTH = {"satisfied": Fraction(1), "basically_satisfied": Fraction(9, 10), "dissatisfied": Fraction(0)}
THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)

Case = Mapping[str, Any]
Rating = Mapping[str, Any]
Exact = Fraction | None
Question = Callable[[Any], Any]


def figures(
    documents: Iterable[Case], by: str, start: date, end: date, exemptions: bool = True
) -> dict[str, dict[str, str | None]]:
    """Of the days from `start` to `end`, of -> indicator -> its decimals; None where the denominator is zero.

    `by` is all, place, category, unit, steward or partner_kind; without `exemptions` none counts as granted.
    """
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in documents:
        for of in _belongs_to(case, by):
            groups[of].append(case)
    samples = {of: Sample(cases, start, end, exemptions) for of, cases in groups.items()}
    return {of: {name: _half_up(exact) for name, exact in _exact(sample).items()} for of, sample in samples.items()}


@dataclass(frozen=True)
class Sample:
    cases: Sequence[Case]
    start: date
    end: date
    exemptions: bool

    def on(self, moment: Question) -> list[Case]:
        """The cases that are not void, and whose `moment` is one of these days."""
        return [case for case in self.cases if not _is_void(case) and self._has(moment(case))]

    def reported(self) -> list[Case]:
        return [case for case in self.cases if self._has(case.get("reported_at"))]

    def ratings(self) -> list[Rating]:
        """The last of each reporter; none of a case that is void or exempt."""
        counting = (case for case in self.cases if not _is_void(case) and not self.is_exempt(case))
        return [rating for case in counting for rating in _last_of_each(case) if self._has(rating["at"])]

    def is_exempt(self, case: Case) -> bool:
        return self.exemptions and bool(case.get("exempt"))

    def is_served_in_time(self, case: Case) -> bool:
        service = _service(case)
        is_late = service.get("serve_by") and not service.get("in_time") and not self.is_exempt(case)
        return bool(service.get("served_at")) and not is_late

    def is_closed_in_time(self, case: Case) -> bool:
        closed_at, close_by = _closed_at(case), case.get("close_by")
        return closed_at is not None and (self.is_exempt(case) or close_by is None or closed_at <= close_by)

    def _has(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment.astimezone(BEIJING).date() <= self.end


def _exact(sample: Sample) -> dict[str, Exact]:
    reported = sample.reported()
    accepted = sample.on(lambda case: case.get("opened_at"))
    dispatched = sample.on(lambda case: _service(case).get("dispatched_at"))
    due = sample.on(lambda case: _service(case).get("serve_by") or _service(case).get("served_at"))
    to_close = sample.on(lambda case: case.get("close_by") or _closed_at(case))
    return {
        **_of_ratings(sample.ratings()),
        "filing": _percent(reported, lambda case: case.get("opened_at") and not _is_void(case)),
        "completion": _percent(accepted, _closed_at),
        "serving": _percent(due, lambda case: _service(case).get("served_at")),
        "serving_in_time": _percent(due, sample.is_served_in_time),
        "serving_overdue": _percent(due, _is_overdue),
        "closing": _percent(to_close, _closed_at),
        "closing_in_time": _percent(to_close, sample.is_closed_in_time),
        "rework": _percent(due, lambda case: _times(case, "rounds") >= 2),
        "extension": _percent(due, lambda case: _times(case, "extensions") >= 1),
        "return": _percent(dispatched, lambda case: _times(case, "returns") >= 1),
        "accurate_dispatch": _percent(dispatched, lambda case: not _times(case, "returns", "transfers")),
        **_of_handling(sample.on(_timed_at)),
    }


def _of_ratings(ratings: Sequence[Rating]) -> dict[str, Exact]:
    response = _percent(ratings, lambda rating: rating["contacted"])
    resolution = _percent(ratings, lambda rating: rating["resolved"])
    worth = sum((WORTH[rating["satisfaction"]] for rating in ratings), Fraction(0))
    satisfaction = 100 * worth / len(ratings) if ratings else None
    composite = None
    if response is not None and resolution is not None and satisfaction is not None:
        composite = RESPONSE * response + RESOLUTION * resolution + SATISFACTION * satisfaction
    return {"response": response, "resolution": resolution, "satisfaction": satisfaction, "composite": composite}


def _of_handling(handled: Sequence[Case]) -> dict[str, Exact]:
    """Hours: the mean of exact seconds, percentiles of minutes to three digits."""
    seconds = [_service(case)["handling"] for case in handled]
    minutes = sorted(map(_minutes, seconds))
    mean = Fraction(sum(seconds), len(seconds) * 3600) if seconds else None
    return {"handling_mean": mean, "handling_p50": _ranked(minutes, 50), "handling_p90": _ranked(minutes, 90)}


def _minutes(seconds: int) -> int:
    whole = (Decimal(seconds) / 60).quantize(Decimal(1), ROUND_HALF_UP)
    return int(THREE_DIGITS.create_decimal(whole))


def _ranked(minutes: Sequence[int], percent: int) -> Exact:
    """The smallest that at least so many percent do not exceed."""
    enough = (one for n, one in enumerate(minutes, start=1) if 100 * n >= percent * len(minutes))
    return Fraction(next(enough), 60) if minutes else None


def _percent(of: Sequence[Any], holds: Question) -> Exact:
    return Fraction(100 * sum(1 for one in of if holds(one)), len(of)) if of else None


def _half_up(exact: Exact) -> str | None:
    """The hundredths by whole numbers alone; no figure is below zero."""
    if exact is None:
        return None
    hundredths = (200 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def _belongs_to(case: Case, by: str) -> Iterator[str]:
    match by:
        case "all":
            yield ""
        case "place":
            yield from case.get("unit_path") or ()
        case "category":
            yield from filter(None, [case.get("category")])
        case _:
            yield from filter(None, [_service(case).get(by)])


def _last_of_each(case: Case) -> list[Rating]:
    last = {}
    for rating in case.get("ratings") or ():
        last[rating.get("by") or case["reporter"]] = rating
    return list(last.values())


def _timed_at(case: Case) -> datetime | None:
    """When it was served, of a case of which it is known how long that took."""
    service = _service(case)
    return None if service.get("handling") is None else service.get("served_at")


def _is_overdue(case: Case) -> bool:
    """A timer found it unserved after the deadline that is in force."""
    service, overdue_at = _service(case), case.get("overdue_at")
    return service.get("served_at") is None and overdue_at is not None and bool(overdue_at >= service["serve_by"])


def _is_void(case: Case) -> bool:
    return bool(case["state"] == "void")


def _service(case: Case) -> Mapping[str, Any]:
    return case.get("service") or {}


def _times(case: Case, *names: str) -> int:
    return sum(_service(case).get(name) or 0 for name in names)


def _closed_at(case: Case) -> datetime | None:
    return case.get("settled_at") or case.get("expired_at")
