"""Small cells are hidden, and so is what they could be told by."""

import pytest

from services.evaluation.indicators.publication import hidden, small_groups


def hide(**counts: int) -> list[str]:
    """Which cells of one family keep their ratings to themselves, if fewer than 5 are too few."""
    found = hidden({code: {"ratings": count} for code, count in counts.items()}, lambda _: None, 5)
    return sorted(code for code, groups in found.items() if "ratings" in groups)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"a": 5, "b": 9}, []),
        ({"a": 4, "b": 9, "c": 7}, ["a", "c"]),
        ({"a": 4, "b": 1, "c": 7}, ["a", "b"]),
        ({"a": 4, "b": 0, "c": 7}, ["a", "c"]),
        ({"a": 4, "b": 0}, ["a"]),
        ({"a": 4, "b": 7, "c": 7}, ["a", "b"]),
        ({}, []),
    ],
)
def test_a_small_cell_is_never_the_only_one_hidden(counts: dict[str, int], expected: list[str]) -> None:
    assert hide(**counts) == expected


def test_only_siblings_hide_for_one_another() -> None:
    counts = {code: {"due": count} for code, count in {"a1": 4, "a2": 90, "b1": 6, "b2": 8}.items()}
    found = hidden(counts, lambda code: code[0], 5)
    assert {code for code, groups in found.items() if groups} == {"a1", "a2"}


def test_each_denominator_is_looked_at_by_itself() -> None:
    found = hidden({"a": {"due": 50, "ratings": 4}, "b": {"due": 60, "ratings": 30}}, lambda _: None, 5)
    assert found == {"a": {"ratings"}, "b": {"ratings"}}


def test_a_cell_without_siblings_hides_what_is_small() -> None:
    assert small_groups({"due": 4, "ratings": 5}, 5) == {"due"}
