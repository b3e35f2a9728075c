"""What a case adds to the sums: each measure on its day, and what an exemption takes away."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.evaluation.indicators.measures import Sums, cells, tally
from services.evaluation.indicators.periods import Periods

START = datetime(2026, 3, 1, 4, tzinfo=UTC)


def day(number: int) -> datetime:
    """Noon in Beijing of the so manieth of March."""
    return START + timedelta(days=number - 1)


def on(facts: dict[str, Any], state: str = "settled") -> dict[int, dict[str, int]]:
    """Measures that are not 0 by the day of March."""
    return {int(label[-2:]): dict(sums.measures) for label, sums in tally(state, facts, Periods()).items()}


def rating(at: int, by: str = "res-1", **answers: Any) -> dict[str, Any]:
    return {"by": by, "round": 1, "at": day(at), "contacted": True, "resolved": True, "satisfaction": "satisfied",
            "stars": 5} | answers  # fmt: skip


SERVICE = {
    "dispatched_at": day(3), "serve_by": day(5), "served_at": day(4), "in_time": True, "handling": 3600, "rounds": 1,
    "returns": 0, "transfers": 0, "extensions": 0, "steward": "st-1", "unit": "g-1", "partner_kind": "business",
}  # fmt: skip
CASE = {
    "reporter": "res-1", "category": "cleaning", "unit_path": ["d", "s", "g"], "reported_at": day(1),
    "opened_at": day(2), "service": SERVICE, "close_by": day(8), "settled_at": day(7), "ratings": [rating(6)],
}  # fmt: skip


def changed(service: dict[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    return {**CASE, "service": {**SERVICE, **(service or {})}, **facts}


def test_a_case_that_went_well_counts_on_each_of_its_days() -> None:
    assert on(CASE) == {
        1: {"reported": 1, "filed": 1},
        2: {"accepted": 1, "closed": 1},
        3: {"dispatched": 1, "accurate": 1},
        4: {"handled": 1, "handling_seconds": 3600},
        5: {"due": 1, "served": 1, "served_in_time": 1},
        6: {"ratings": 1, "contacted": 1, "resolved": 1, "satisfied": 1, "stars": 5},
        8: {"to_close": 1, "closed_of_due": 1, "closed_in_time": 1},
    }


def test_a_void_case_was_reported_and_nothing_else() -> None:
    assert on(CASE, state="void") == {1: {"reported": 1}}
    assert not any(sums.handling for sums in tally("void", CASE, Periods()).values())


def test_a_case_that_is_not_accepted_is_not_filed() -> None:
    assert on({"reported_at": day(1)}, state="reported") == {1: {"reported": 1}}


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"in_time": False}, {"due": 1, "served": 1}),
        ({"rounds": 2, "extensions": 1}, {"due": 1, "served": 1, "served_in_time": 1, "reworked": 1, "extended": 1}),
        ({"served_at": None}, {"due": 1}),
    ],
)
def test_what_is_due_counts_on_the_day_of_its_deadline(service: dict[str, Any], expected: dict[str, int]) -> None:
    assert on(changed(service))[5] == expected


@pytest.mark.parametrize(("overdue_at", "overdue"), [(day(5), 1), (day(4), 0), (day(9), 1), (None, 0)])
def test_overdue_is_what_ran_late_after_the_deadline_in_force(overdue_at: datetime | None, overdue: int) -> None:
    assert on(changed({"served_at": None}, overdue_at=overdue_at))[5].get("overdue", 0) == overdue


def test_what_was_served_after_all_is_not_overdue() -> None:
    assert on(changed({"in_time": False}, overdue_at=day(6)))[5] == {"due": 1, "served": 1}


def test_without_a_deadline_the_day_of_the_service_counts_and_is_in_time() -> None:
    found = on(changed({"serve_by": None, "in_time": False}))
    assert found[4] == {"due": 1, "served": 1, "served_in_time": 1, "handled": 1, "handling_seconds": 3600}
    assert "due" not in {
        name for on_day in on(changed({"serve_by": None, "served_at": None})).values() for name in on_day
    }


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({"returns": 2}, {"dispatched": 1, "returned": 1}),
        ({"transfers": 1}, {"dispatched": 1}),
        ({"returns": None, "transfers": None}, {"dispatched": 1, "accurate": 1}),
    ],
)
def test_a_dispatch_is_accurate_if_never_corrected(service: dict[str, Any], expected: dict[str, int]) -> None:
    assert on(changed(service))[3] == expected


@pytest.mark.parametrize(
    ("facts", "on_day", "expected"),
    [
        ({"settled_at": day(9)}, 8, {"to_close": 1, "closed_of_due": 1}),
        ({"settled_at": day(8)}, 8, {"to_close": 1, "closed_of_due": 1, "closed_in_time": 1}),
        ({"settled_at": None, "expired_at": day(7)}, 8, {"to_close": 1, "closed_of_due": 1, "closed_in_time": 1}),
        ({"settled_at": None}, 8, {"to_close": 1}),
        ({"close_by": None}, 7, {"to_close": 1, "closed_of_due": 1, "closed_in_time": 1}),
    ],
)
def test_closing_counts_when_it_was_due(facts: dict[str, Any], on_day: int, expected: dict[str, int]) -> None:
    assert on(changed(**facts))[on_day] == expected


def test_of_each_reporter_the_last_rating_is_valid() -> None:
    poor = {"contacted": False, "resolved": False, "satisfaction": "dissatisfied", "stars": 1}
    found = on(changed(ratings=[rating(6, **poor), rating(9, "res-2", satisfaction="basically_satisfied"), rating(10)]))
    assert 6 not in found
    assert found[9] == {"ratings": 1, "contacted": 1, "resolved": 1, "basically_satisfied": 1, "stars": 5}
    assert found[10]["satisfied"] == 1


def test_an_exemption_forgives_and_keeps_what_it_took() -> None:
    late = changed({"in_time": False}, settled_at=day(9))
    plain, exempt = tally("settled", late, Periods()), tally("settled", {**late, "exempt": True}, Periods())
    assert exempt["2026-03-05"].measures["served_in_time"] == 1
    assert exempt["2026-03-08"].measures["closed_in_time"] == 1
    assert not exempt["2026-03-06"].measures
    for label, sums in exempt.items():
        ignored = Sums(sums.measures.copy())
        ignored.measures.update(sums.waived)
        assert ignored.strip().measures == plain[label].measures


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [(0, "0"), (29, "0"), (30, "1"), (3600, "60"), (999 * 60, "999"), (1004 * 60, "1000"), (1005 * 60, "1010"),
     (12345 * 60, "12300"), (12350 * 60, "12400"), (9995 * 60, "10000")],
)  # fmt: skip
def test_handling_is_kept_in_minutes_of_three_digits(seconds: int, bucket: str) -> None:
    found = tally("settled", changed({"handling": seconds}), Periods())
    assert found["2026-03-04"].handling == {bucket: 1}


def test_a_case_counts_in_all_its_dimensions() -> None:
    assert list(cells(CASE)) == [
        ("all", ""), ("place", "d"), ("place", "s"), ("place", "g"), ("category", "cleaning"), ("unit", "g-1"),
        ("steward", "st-1"), ("partner_kind", "business"),
    ]  # fmt: skip
    assert list(cells({"reporter": "res-1"})) == [("all", "")]
