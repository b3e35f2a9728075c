"""The sums that indicators are made of give what counting case by case gives, to the last digit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from services.evaluation.indicators.formulas import figures
from services.evaluation.indicators.measures import Sums, cells, tally
from services.evaluation.indicators.settings import INDICATORS, read_settings
from steward.stack.rules import SHIPPED
from tests.support import plain_indicators
from tests.support.evaluation_documents import AT, evaluation
from tests.support.random_documents import DATES, DOCUMENTS, Document

SETTINGS = read_settings(SHIPPED / INDICATORS)
DIMENSIONS = ("all", "place", "category", "unit", "steward", "partner_kind")


@pytest.mark.parametrize("exemptions", [True, False])
@settings(max_examples=200)
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
