"""What the played people do: the same for the same seed, as often as the rates say."""

from typing import Any

import pytest

from steward.replay.script import MOST_UNHAPPY_ROUNDS, Rates, Script
from steward.replay.tally import STAGES, Tally, final_of, percentile

ALWAYS = Rates(1, 1, 1, 1, 1, 1)
NEVER = Rates(0, 0, 0, 0, 0, 0)


def test_a_script_is_a_function_of_seed_and_row() -> None:
    rates = Rates()
    scripts = [Script.of(1, line, rates) for line in range(500)]
    assert scripts == [Script.of(1, line, rates) for line in range(500)]
    assert scripts != [Script.of(2, line, rates) for line in range(500)]


def test_rates_are_kept() -> None:
    rates = Rates(returned=0.1, reworked=0.2, unrated=0.3, withdrawn=0.4, rejected=0.5, merged=0.6)
    scripts = [Script.of(3, line, rates) for line in range(4000)]
    shares = {
        "returned": sum(script.is_returned for script in scripts) / 4000,
        "reworked": sum(script.unhappy_rounds > 0 for script in scripts) / 4000,
        "unrated": sum(not script.rates for script in scripts) / 4000,
        "withdrawn": sum(script.withdraws for script in scripts) / 4000,
        "rejected": sum(script.is_rejected for script in scripts) / 4000,
        "merged": sum(script.is_merged for script in scripts) / 4000,
    }
    assert shares == pytest.approx(
        {"returned": 0.1, "reworked": 0.2, "unrated": 0.3, "withdrawn": 0.4, "rejected": 0.5, "merged": 0.6}, abs=0.03
    )


def test_the_extremes() -> None:
    always, never = Script.of(1, 1, ALWAYS), Script.of(1, 1, NEVER)
    assert (always.withdraws, always.is_rejected, always.is_returned, always.rates) == (True, True, True, False)
    assert (never.withdraws, never.is_rejected, never.is_returned, never.rates) == (False, False, False, True)
    assert (always.unhappy_rounds, never.unhappy_rounds) == (MOST_UNHAPPY_ROUNDS, 0)


def test_one_choice_does_not_change_another() -> None:
    script = Script.of(1, 1, NEVER)
    chosen = script.choose("unit", range(1000))
    script.choose("steward", range(1000))
    assert script.choose("unit", range(1000)) == chosen


def timeline(*entries: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"event": event, "at": f"2026-03-01T08:00:{seconds}Z"} for event, seconds in entries]


def test_a_stage_is_measured_from_its_last_beginning_to_its_first_end() -> None:
    reworked = timeline(
        ("CaseRated", "10.000"), ("OrderCompleted", "20.000"), ("CaseRated", "30.000"), ("ReportClosed", "30.250")
    )
    measured = {stage.name_en: stage.milliseconds(reworked) for stage in STAGES}
    assert measured["rated → closed"] == 250
    assert measured["reported → accepted"] is None
    assert measured["assigned → completed"] is None


@pytest.mark.parametrize(
    ("report", "evaluation", "final"),
    [
        ("closed", "settled", "closed"),
        ("closed", "expired", "expired"),
        ("rejected", None, "rejected"),
        ("withdrawn", "void", "withdrawn"),
        ("served", "invited", "open"),
        ("accepted", "expected", "open"),
    ],
)
def test_each_state_is_one_end(report: str, evaluation: str | None, final: str) -> None:
    assert final_of({"report": {"state": report}, "evaluation": evaluation and {"state": evaluation}}) == final


def test_percentiles_are_of_the_nearest_rank() -> None:
    assert (percentile([3, 1, 2], 50), percentile([3, 1, 2], 99), percentile([], 50)) == (2, 3, None)


def test_a_tally_adds_up_only_when_every_report_is_seen() -> None:
    tally = Tally(rows=1, bad_rows=0, seconds=1, retries=0, reported=1)
    assert not tally.adds_up
    tally.finals["closed"] += 1
    assert tally.adds_up
    tally.unaccounted.append("1: case: nothing happened")
    assert not tally.adds_up
