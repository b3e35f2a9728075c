"""How figures are written where operators read them."""

import pytest

from services.gateway.operator.drawing import HEIGHT, trend
from shared.operations.memory import Age
from shared.operations.wording import NOT_KNOWN, age, count, duration, rate, sparkline


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min 00 s"),
        (3725, "1 h 02 min"),
        (86_399, "23 h 59 min"),
        (90_000, "1 d 1 h"),
        (None, NOT_KNOWN),
    ],
)
def test_a_time_is_written_in_its_two_largest_units(seconds: float | None, written: str) -> None:
    assert duration(seconds) == written


def test_what_is_not_known_is_no_nought() -> None:
    assert count(None) == rate(None) == NOT_KNOWN
    assert (count(0), count(12_345), rate(0.0), rate(1234.6)) == ("0", "12,345", "0", "1,235")


def test_an_age_says_where_it_is_only_the_least() -> None:
    assert age(None) == ""
    assert age(Age(65, at_least=False)) == "1 min 05 s"
    assert age(Age(65, at_least=True)) == "≥ 1 min 05 s"


def test_the_highest_bar_is_full_and_a_single_message_shows() -> None:
    assert sparkline((0, 1, 400, 800)) == " ▁▄█"
    assert sparkline((0, 0)) == "  "
    assert sparkline(()) == ""


def test_the_highest_point_of_a_trend_is_as_high_as_the_picture() -> None:
    assert trend((0, 5, 10)) == f"0,{HEIGHT} 0,20.0 1,10.0 2,0.0 2,{HEIGHT}"
    assert trend(()) == f"0,{HEIGHT}  0,{HEIGHT}"
