"""The sums that indicators are made of give what counting case by case gives, to the last digit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from services.evaluation.domain.lifecycle import TRANSITIONS
from services.evaluation.indicators.formulas import figures
from services.evaluation.indicators.measures import Sums, cells, tally
from services.evaluation.indicators.settings import INDICATORS, read_settings
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFIED
from steward.stack.rules import SHIPPED
from tests.support import plain_indicators
from tests.support.evaluation_documents import AT, evaluation

SETTINGS = read_settings(SHIPPED / INDICATORS)
DIMENSIONS = ("all", "place", "category", "unit", "steward", "partner_kind")
START, DAYS = datetime(2026, 2, 27, tzinfo=UTC), 5
LONGEST_HALF_MINUTES = 60_000
Document = dict[str, Any]

MOMENTS = st.integers(0, DAYS * 6).map(lambda times: START + timedelta(hours=4 * times))
"""Few, so that deadlines are met at the very moment; midnight in Beijing, 16:00 in UTC, is one of them."""
MAYBE = st.none() | MOMENTS
FEW = st.none() | st.integers(0, 2)
DATES = st.integers(0, DAYS).map(lambda days: START.date() + timedelta(days=days))


def missing_or(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[Document]:
    """Each of them or not, as neither service has to have said it yet."""
    return st.fixed_dictionaries({}, optional=known)


SERVICES = missing_or(
    dispatched_at=MAYBE,
    serve_by=MAYBE,
    served_at=MAYBE,
    in_time=st.booleans(),
    handling=st.none() | st.integers(0, LONGEST_HALF_MINUTES).map(lambda halves: 30 * halves),
    rounds=st.integers(1, 3),
    returns=FEW,
    transfers=FEW,
    extensions=FEW,
    steward=st.sampled_from(["one", "two"]),
    unit=st.sampled_from(["g-1", "g-2"]),
    partner_kind=st.sampled_from(["business", "governance"]),
)
RATINGS = st.fixed_dictionaries(
    {
        "round": st.integers(1, 3),
        "at": MOMENTS,
        "contacted": st.booleans(),
        "resolved": st.booleans(),
        "satisfaction": st.sampled_from([SATISFIED, BASICALLY_SATISFIED, DISSATISFIED]),
        "stars": st.integers(1, 5),
    },
    optional={"by": st.sampled_from(["resident-1", "resident-2", "resident-3"])},
)
FACTS = missing_or(
    category=st.sampled_from(["cleaning", "parking"]),
    unit_path=st.sampled_from([None, ["d"], ["d", "s-1"], ["d", "s-2", "g-1"]]),
    reported_at=MOMENTS,
    opened_at=MAYBE,
    service=SERVICES,
    close_by=MAYBE,
    overdue_at=MAYBE,
    settled_at=MAYBE,
    expired_at=MAYBE,
    exempt=st.booleans(),
    ratings=st.lists(RATINGS, max_size=4),
)
STATES = sorted(set(TRANSITIONS.values()))
DOCUMENTS = st.builds(
    lambda state, facts: {"state": state, "reporter": "resident-1", **facts}, st.sampled_from(STATES), FACTS
)


@pytest.mark.parametrize("exemptions", [True, False])
@settings(max_examples=200, deadline=None)
@given(st.lists(DOCUMENTS, max_size=12), DATES, DATES)
@example([evaluation(number) for number in range(4)], date(2026, 11, 1), date(2026, 11, 1))
@example([evaluation(0, service={"serve_by": AT}, overdue_at=AT)], AT.date(), AT.date())
def test_figures_of_the_sums_are_those_of_the_cases(
    exemptions: bool, documents: list[Document], one: date, other: date
) -> None:
    start, end = sorted((one, other))
    for by in DIMENSIONS:
        summed = of_sums(documents, by, start, end, exemptions)
        assert summed == plain_indicators.figures(documents, by, start, end, exemptions)
        event(f"{by}: {sum(figure is not None for of in summed.values() for figure in of.values()) // 10} tens")


def of_sums(
    documents: Iterable[Document], by: str, start: date, end: date, exemptions: bool
) -> Mapping[str, Mapping[str, str | None]]:
    """As the rollups add up: what each case adds to each of its cells on each of the days."""
    found: dict[str, Sums] = defaultdict(Sums)
    for document in documents:
        told = tally(document["state"], document, SETTINGS.periods)
        for of in [of for dimension, of in cells(document) if dimension == by]:
            found[of].add(Sums())
            for day in [day for day in told if start.isoformat() <= day <= end.isoformat()]:
                found[of].add(told[day])
    if not exemptions:
        for sums in found.values():
            sums.measures.update(sums.waived)
    return {of: figures(sums, SETTINGS.weights) for of, sums in found.items()}
