"""Ballots and what is reckoned from them."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.campaigns.ballots import Ballot, ballot_id, tally
from services.evaluation.campaigns.results import percent, satisfaction
from shared.contracts.answers import BASICALLY_SATISFIED, DISSATISFIED, SATISFACTION, SATISFIED
from tests.support.campaigns import ITEMS, announcement

CODES = st.text("abcXYZ019_-", min_size=1, max_size=8)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
KEY = b"secret"


@given(st.lists(st.tuples(NAMES, CODES), unique=True, min_size=2))
def test_each_voter_and_subject_has_a_ballot_of_its_own(pairs: list[tuple[str, str]]) -> None:
    assert len({ballot_id(KEY, *pair) for pair in pairs}) == len(pairs)


def test_another_key_leads_elsewhere() -> None:
    other = b"other"
    assert len({ballot_id(key, "voter", "subject") for key in (KEY, other, b"another")}) == 3


@given(st.lists(st.tuples(st.sampled_from(["company", "north-grid"]), *[st.sampled_from(SATISFACTION) for _ in ITEMS])))
def test_a_tally_has_every_ballot_once_in_every_item(cast: list[tuple[str, ...]]) -> None:
    ballots = [Ballot(subject, dict(zip(ITEMS, answers, strict=True))) for subject, *answers in cast]
    counted = tally(announcement(), ballots)
    assert [entry["subject"] for entry in counted] == ["company", "north-grid", "south-grid"]
    assert sum(entry["ballots"] for entry in counted) == len(ballots)
    for entry in counted:
        for place, item in enumerate(ITEMS, start=1):
            given_here = [row[place] for row in cast if row[0] == entry["subject"]]
            assert entry["answers"][item] == {answer: given_here.count(answer) for answer in SATISFACTION}


@pytest.mark.parametrize(
    ("satisfied", "basically", "dissatisfied", "expected"),
    [
        (1, 0, 0, "100.00"),
        (0, 1, 0, "90.00"),
        (0, 0, 7, "0.00"),
        (2, 0, 1, "66.67"),
        (0, 7, 1, "78.75"),
        (1, 0, 799, "0.13"),  # 0.125: half up, where half even would say 0.12
        (0, 0, 0, None),
    ],
)
def test_satisfaction(satisfied: int, basically: int, dissatisfied: int, expected: str | None) -> None:
    counts = {SATISFIED: satisfied, BASICALLY_SATISFIED: basically, DISSATISFIED: dissatisfied}
    assert satisfaction(counts, Fraction(9, 10)) == expected


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_percent_is_rounded_once_and_half_up(part: int, whole: int) -> None:
    exact = Decimal(part * 100) / Decimal(whole)
    assert percent(Fraction(part), whole) == str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
