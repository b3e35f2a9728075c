"""What somebody had not heard when a backup was taken is published again from there on, and nothing else is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from shared.contracts import event_types as types
from shared.contracts.topology import BINDINGS, DISPATCH, EVALUATION, FEED, INTAKE, PICTURES
from steward.backup.republishing import behind


@dataclass(frozen=True)
class Heard:
    """As far as each case is said to be heard, of any source."""

    upto: Mapping[str, int] = field(default_factory=dict)

    def heard(self, _source: str, told: Sequence[Mapping[str, Any]]) -> Mapping[str, int]:
        return {case["_id"]: self.upto[case["_id"]] for case in told if case["_id"] in self.upto}


EVERYTHING_HEARD = {consumer: Heard({"a": 99, "b": 99}) for consumer in BINDINGS}


def case(case_id: str, *event_types: str) -> dict[str, Any]:
    history = [{"sequence": number, "type": one} for number, one in enumerate(event_types, start=1)]
    return {"_id": case_id, "version": len(history), "history": history}


REPORTED = (types.REPORT_SUBMITTED, types.INFORMATION_ADDED, types.REPORT_ACCEPTED)


def test_nothing_is_published_again_once_everybody_has_heard_everything() -> None:
    assert behind(INTAKE, [case("a", *REPORTED), case("b", *REPORTED)], EVERYTHING_HEARD) == {}


@pytest.mark.parametrize(
    ("consumer", "heard", "after"),
    [(DISPATCH, 0, 2), (DISPATCH, 2, 2), (EVALUATION, 0, 0), (EVALUATION, 1, 1), (FEED, 2, 2), (PICTURES, 0, 0)],
)
def test_it_goes_on_from_the_first_event_that_one_of_them_lacks(consumer: str, heard: int, after: int) -> None:
    listening = {**EVERYTHING_HEARD, consumer: Heard({"a": heard, "b": 99})}
    assert behind(INTAKE, [case("a", *REPORTED), case("b", *REPORTED)], listening) == {"a": after}


def test_an_event_that_nobody_listens_to_but_feed_is_not_missed_by_the_others() -> None:
    listening = {**EVERYTHING_HEARD, EVALUATION: Heard({"a": 2}), PICTURES: Heard({"a": 2})}
    assert behind(INTAKE, [case("a", *REPORTED)], listening) == {}


def test_of_several_that_lack_something_the_furthest_behind_counts() -> None:
    listening = {**EVERYTHING_HEARD, DISPATCH: Heard(), EVALUATION: Heard({"a": 1}), FEED: Heard({"a": 2})}
    assert behind(INTAKE, [case("a", *REPORTED)], listening) == {"a": 1}


def test_a_case_that_a_consumer_knows_nothing_of_is_told_from_the_beginning() -> None:
    assert behind(INTAKE, [case("a", *REPORTED)], {**EVERYTHING_HEARD, FEED: Heard()}) == {"a": 0}
