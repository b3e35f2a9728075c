"""Each indicator by its formula, exact until it is rounded once, half up."""

from collections import Counter
from fractions import Fraction

import pytest

from services.evaluation.indicators.formulas import INDICATORS, Weights, figures, written
from services.evaluation.indicators.measures import GROUPS, MEASURES, Sums

WEIGHTS = Weights(Fraction("0.1"), Fraction("0.5"), Fraction("0.4"), Fraction("0.9"))


def of(handling: dict[str, int] | None = None, **measures: int) -> dict[str, str | None]:
    assert measures.keys() <= set(MEASURES)
    return figures(Sums(measures=Counter(measures), handling=Counter(handling or {})), WEIGHTS)


@pytest.mark.parametrize(("closed", "expected"), [(7786, "98.95"), (7785, "98.93"), (7787, "98.96")])
def test_the_figure_of_the_seed(closed: int, expected: str) -> None:
    assert of(accepted=7869, closed=closed)["completion"] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction("98.945"), "98.95"),
        (Fraction("98.94499999"), "98.94"),
        (Fraction("0.005"), "0.01"),
        (Fraction("2.675"), "2.68"),
        (Fraction(100), "100.00"),
        (Fraction(0), "0.00"),
        (Fraction("99.995"), "100.00"),
    ],
)
def test_rounding_is_half_up_and_exact(value: Fraction, expected: str) -> None:
    assert written(value) == expected


@pytest.mark.parametrize(
    ("name", "measures", "expected"),
    [
        ("response", {"ratings": 3, "contacted": 2}, "66.67"),
        ("resolution", {"ratings": 3, "resolved": 1}, "33.33"),
        ("satisfaction", {"ratings": 4, "satisfied": 2, "basically_satisfied": 1, "dissatisfied": 1}, "72.50"),
        ("filing", {"reported": 8, "filed": 7}, "87.50"),
        ("completion", {"accepted": 6, "closed": 1}, "16.67"),
        ("serving", {"due": 3, "served": 2}, "66.67"),
        ("serving_in_time", {"due": 3, "served": 2, "served_in_time": 1}, "33.33"),
        ("serving_overdue", {"due": 8, "overdue": 1}, "12.50"),
        ("closing", {"to_close": 3, "closed_of_due": 2}, "66.67"),
        ("closing_in_time", {"to_close": 3, "closed_in_time": 1}, "33.33"),
        ("rework", {"due": 7, "reworked": 1}, "14.29"),
        ("extension", {"due": 7, "extended": 2}, "28.57"),
        ("return", {"dispatched": 7, "returned": 3}, "42.86"),
        ("accurate_dispatch", {"dispatched": 7, "accurate": 4}, "57.14"),
        ("handling_mean", {"handled": 7, "handling_seconds": 3600}, "0.14"),
    ],
)
def test_an_indicator_is_its_quotient(name: str, measures: dict[str, int], expected: str) -> None:
    found = of(**measures)
    assert found[name] == expected
    assert all(found[other.name] is None for other in INDICATORS if other.group not in measures)


def test_the_composite_is_of_exact_ratios() -> None:
    """Rounded first, it would be 0.1 × 66.67 + 0.5 × 33.33 + 0.4 × 63.33 = 48.664."""
    found = of(ratings=3, contacted=2, resolved=1, satisfied=1, basically_satisfied=1, dissatisfied=1)
    assert (found["response"], found["resolution"], found["satisfaction"]) == ("66.67", "33.33", "63.33")
    assert found["composite"] == "48.67"


def test_without_cases_there_is_no_figure() -> None:
    assert set(of().values()) == {None}


@pytest.mark.parametrize(
    ("handling", "p50", "p90"),
    [
        ({"60": 1}, "1.00", "1.00"),
        ({"60": 1, "120": 1}, "1.00", "2.00"),
        ({"60": 5, "120": 4, "6000": 1}, "1.00", "2.00"),
        ({"60": 5, "120": 3, "6000": 2}, "1.00", "100.00"),
        ({"60": 4, "90": 2, "6000": 1}, "1.00", "100.00"),
        ({"100": 1, "20": 2}, "0.33", "1.67"),
        ({"60": 0, "90": 1}, "1.50", "1.50"),
    ],
)
def test_percentiles_are_by_nearest_rank(handling: dict[str, int], p50: str, p90: str) -> None:
    found = of(handling)
    assert (found["handling_p50"], found["handling_p90"]) == (p50, p90)


def test_every_indicator_says_what_it_is() -> None:
    assert len({indicator.name for indicator in INDICATORS}) == len(INDICATORS) == 18
    for indicator in INDICATORS:
        assert indicator.group in GROUPS
        assert all((indicator.name_zh, indicator.formula_zh, indicator.formula_en, indicator.period_field))
