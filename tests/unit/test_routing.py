"""Who serves: filters, preference, ties, and the reason that is kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch.routing import ASSIGN, POOL, WAIT, Decision, route

PATH = ("district", "street", "community", "grid")


@dataclass(frozen=True)
class Somebody:
    subject: str
    area: str = "grid"
    capacity: int = 4


def decide(
    *candidates: Somebody, load: Mapping[str, int] | None = None, excluded: Collection[str] = (), wish: bool = False
) -> Decision:
    return route(PATH, candidates, load or {}, excluded, claim_only=wish)


def test_an_unknown_place_waits_for_a_person() -> None:
    assert route((), [Somebody("a")], {}) == Decision(WAIT, {"reason": "place_unknown"})


@pytest.mark.parametrize(("candidates", "excluded"), [((), ()), ((Somebody("a"),), ("a",))])
def test_nobody_who_could_waits_for_a_person(candidates: tuple[Somebody, ...], excluded: tuple[str, ...]) -> None:
    decision = decide(*candidates, excluded=excluded)
    assert (decision.outcome, decision.assignee) == (WAIT, None)
    assert decision.why == {
        "reason": "nobody_with_the_skills",
        "candidates": len(candidates),
        "excluded": len(excluded),
    }


def test_a_wish_goes_to_the_pool_even_if_someone_is_free() -> None:
    decision = decide(Somebody("a"), wish=True)
    assert (decision.outcome, decision.why["reason"]) == (POOL, "claimed_never_assigned")


def test_all_at_their_capacity_goes_to_the_pool() -> None:
    decision = decide(Somebody("a", capacity=1), Somebody("b", capacity=2), load={"a": 1, "b": 2})
    assert (decision.outcome, decision.assignee) == (POOL, None)
    assert decision.why == {"reason": "all_at_capacity", "candidates": 2, "excluded": 0, "at_capacity": 2}


def test_one_below_capacity_is_free_and_one_at_it_is_not() -> None:
    assert decide(Somebody("a", capacity=2), load={"a": 1}).assignee == "a"
    assert decide(Somebody("a", capacity=2), load={"a": 2}).assignee is None


def test_the_nearer_area_comes_before_the_smaller_load() -> None:
    decision = decide(Somebody("far", "street"), Somebody("near", "grid"), load={"near": 3})
    assert decision.assignee == "near"


def test_of_the_same_area_the_smaller_share_of_capacity_wins() -> None:
    decision = decide(Somebody("big", capacity=10), Somebody("small", capacity=2), load={"big": 4, "small": 1})
    assert decision.assignee == "big"


def test_why_tells_who_was_passed_over() -> None:
    decision = decide(Somebody("a"), Somebody("b"), Somebody("full", capacity=1), load={"full": 1}, excluded={"a"})
    assert decision == Decision(
        ASSIGN,
        {
            "reason": "nearest_least_loaded",
            "area": "grid",
            "load": 0,
            "capacity": 4,
            "candidates": 3,
            "excluded": 1,
            "at_capacity": 1,
        },
        "b",
    )


PEOPLE = st.lists(
    st.builds(Somebody, st.sampled_from("abcdefgh"), st.sampled_from(PATH), st.integers(1, 3)),
    unique_by=lambda somebody: somebody.subject,
)
LOADS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4))
EXCLUDED = st.sets(st.sampled_from("abcdefgh"), max_size=3)


@given(PEOPLE, LOADS, EXCLUDED, st.randoms())
def test_the_order_in_which_candidates_come_decides_nothing(
    people: list[Somebody], load: dict[str, int], excluded: set[str], random: st.randoms
) -> None:
    shuffled = list(people)
    random.shuffle(shuffled)
    assert route(PATH, people, load, excluded) == route(PATH, shuffled, load, excluded)


@given(PEOPLE, LOADS, EXCLUDED)
def test_who_is_chosen_is_allowed_free_and_nearest(
    people: list[Somebody], load: dict[str, int], excluded: set[str]
) -> None:
    decision = route(PATH, people, load, excluded)
    free = [one for one in people if one.subject not in excluded and load.get(one.subject, 0) < one.capacity]
    assert (decision.outcome == ASSIGN) == bool(free)
    if free:
        chosen = next(one for one in free if one.subject == decision.assignee)
        assert PATH.index(chosen.area) == max(PATH.index(one.area) for one in free)
