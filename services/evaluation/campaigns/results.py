"""What a tally says: turnout and satisfaction of each subject, and nothing where that would tell who said what."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from services.evaluation.indicators.formulas import written
from shared.contracts.answers import BASICALLY_SATISFIED, SATISFACTION, SATISFIED

Counts = Mapping[str, int]
"""How often each answer was given."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What 基本满意 counts against 满意, and how many ballots there must be for their sum to be shown."""

    basically_satisfied: Fraction
    smallest_cell: int


def results(facts: Mapping[str, Any], scale: Scale) -> list[dict[str, Any]]:
    """Of a campaign that is closed: an entry for each subject, in the announced order."""
    counted = {entry["subject"]: entry for entry in facts["tally"]}
    return [_result(facts, subject, counted[subject["code"]], scale) for subject in facts["subjects"]]


def _result(
    facts: Mapping[str, Any], subject: Mapping[str, Any], counted: Mapping[str, Any], scale: Scale
) -> dict[str, Any]:
    """With too few ballots not even their number: where all have voted, it would name them."""
    entry = {"subject": subject["code"], "eligible": _eligible(facts, subject)}
    if counted["ballots"] < scale.smallest_cell:
        return {**entry, "suppressed": True}
    items = [_of_item(item["code"], counted["answers"][item["code"]], scale) for item in facts["items"]]
    turnout = percent(Fraction(counted["ballots"]), entry["eligible"])
    return {**entry, "suppressed": False, "ballots": counted["ballots"], "turnout": turnout, "by_item": items}


def _eligible(facts: Mapping[str, Any], subject: Mapping[str, Any]) -> int:
    electorate = {entry["estate"]: entry["representatives"] for entry in facts["electorate"]}
    return sum(electorate[estate] for estate in subject["estates"])


def _of_item(item: str, counts: Counts, scale: Scale) -> dict[str, Any]:
    return {"item": item, **counts, "satisfaction": satisfaction(counts, scale.basically_satisfied)}


def satisfaction(counts: Counts, basically_satisfied: Fraction) -> str | None:
    """满意率: (满意 + weight × 基本满意) ÷ ballots, as percent."""
    content = counts[SATISFIED] + basically_satisfied * counts[BASICALLY_SATISFIED]
    return percent(content, sum(counts[answer] for answer in SATISFACTION))


def percent(part: Fraction, whole: int) -> str | None:
    """None of nothing."""
    return written(100 * part / whole) if whole else None
