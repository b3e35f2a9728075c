"""Equals share the work: a small town over some weeks, whose orders come and are finished."""

from benchmarks.routing.fairness import measure
from tests.support.district import CATALOGUE, RULEBOOK


def test_equal_stewards_get_nearly_the_same_and_who_lives_centrally_does_not_get_it_all() -> None:
    found = measure(CATALOGUE, RULEBOOK.weights, orders=1500, stewards=20)
    assert found["ours"]["assigned"] == 1500
    assert found["ours"]["most_to_fewest"] <= 1.2
    assert found["nearest_first"]["most_to_fewest"] > 2
