"""How alike reports are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.reception.likeness import LIKELY, bigrams, jaccard, likeness

SEWER = "小区东门污水井又满了，已经流到路上"
PHRASES = st.text("污水井满了路灯不亮东门口，。 ", max_size=12).map(bigrams)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("路灯不亮", "路灯不亮", 1),
        ("路灯不亮", "路灯，不亮！", 1),
        ("ＡＢＣ 路灯", "abc路灯", 1),
        ("路灯不亮", "路灯不亮了", 3 / 4),
        ("路灯不亮", "污水横流", 0),
        ("", "", 0),
        ("灯", "灯", 0),
    ],
)
def test_words_are_compared_by_pairs_of_characters(one: str, other: str, share: float) -> None:
    assert jaccard(bigrams(one), bigrams(other)) == pytest.approx(share)


@given(PHRASES, PHRASES, st.floats(0, 500))
def test_likeness_is_a_share_the_same_both_ways(one: frozenset[str], other: frozenset[str], metres: float) -> None:
    assert 0 <= likeness(one, other, metres, 300) == likeness(other, one, metres, 300) <= 1


def test_the_nearer_the_more_alike() -> None:
    words = bigrams(SEWER)
    assert [likeness(words, words, metres, 200) for metres in (0, 100, 200, 900)] == [1, 0.75, 0.5, 0.5]


@pytest.mark.parametrize(
    ("words", "is_likely"),
    [
        ("东门污水井满了，流到路上", True),
        ("东门口污水又流到路上了，很臭", True),
        ("北门下水道堵塞，厨房返水", False),
        ("污水处理厂什么时候开工", False),
    ],
)
def test_what_two_residents_say_of_one_sewer(words: str, is_likely: bool) -> None:
    assert (likeness(bigrams(SEWER), bigrams(words), 30, 200) >= LIKELY) is is_likely
