"""How well a steward suits a matter: six terms from 0 to 1, weighed for each category."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.dispatch.organisation.stewards import Occupation, Steward
from shared.kernel.partners import PartnerKind

TERMS = ("distance", "load", "fairness", "rating", "partner_kind", "duty")

CIRCLE = 15 * 80.0
"""Metres: the 15-minute circle (15分钟服务圈) of somebody who walks 80 metres a minute."""
USUAL_STARS, USUAL_COUNT = 4.0, 5
"""Nobody is made or unmade by a first rating: as if each had five of four stars already."""
UNEVEN = 0.15
"""The gap between the most and the fewest, as a share of the most, from which on fairness counts in full."""
DECIMALS = 4
"""Of a score: what nobody could explain must decide nothing."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Orders held now, orders given of late, and the stars of those rated."""

    open: int = 0
    recent: int = 0
    stars_sum: int = 0
    stars_count: int = 0

    def with_one_more(self) -> "Standing":
        return Standing(self.open + 1, self.recent + 1, self.stars_sum, self.stars_count)


NEWCOMER = Standing()


@dataclass(frozen=True, slots=True)
class Weighting:
    """`weights` of all the terms, summing to 1; without `preferred_kinds` every kind of partner is as welcome."""

    weights: Mapping[str, float]
    preferred_kinds: frozenset[PartnerKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Scored:
    steward: Steward
    metres: float
    terms: Mapping[str, float]
    score: float


@dataclass(frozen=True, slots=True)
class Fairness:
    """Compares how many orders each got of late for his capacity: the fewest is 1, the most is 0.

    Where all are nearly even, the most is not 0 but in proportion: an order more than the others should not
    send people across the town. Measured: equals stay even, and walk a third less (`benchmarks.routing`).
    """

    least: float
    most: float

    @classmethod
    def among(cls, shares: Iterable[float]) -> "Fairness":
        listed = list(shares)
        return cls(min(listed), max(listed))

    def of(self, share: float) -> float:
        return 1 - (share - self.least) / max(self.most - self.least, UNEVEN * self.most) if self.most else 1.0


def share(steward: Steward, standing: Standing) -> float:
    return standing.recent / steward.capacity


def scored(
    steward: Steward,
    metres: float,
    standing: Standing,
    fairness: Fairness,
    weighting: Weighting,
    holders: frozenset[Occupation],
) -> Scored:
    """`holders` are the occupations of those whose duty it is."""
    kinds = weighting.preferred_kinds
    terms = {
        "distance": nearness(metres),
        "load": max(0.0, 1 - standing.open / steward.capacity),
        "fairness": fairness.of(share(steward, standing)),
        "rating": esteem(standing),
        "partner_kind": float(not kinds or steward.partner_kind in kinds),
        "duty": float(steward.occupation in holders),
    }
    score = sum(weighting.weights[term] * terms[term] for term in TERMS)
    return Scored(steward, metres, terms, round(score, DECIMALS))


def nearness(metres: float) -> float:
    """1 at the door, 0.5 at the edge of the circle, and on towards 0."""
    return CIRCLE / (CIRCLE + metres)


def esteem(standing: Standing) -> float:
    """The mean of 1 to 5 stars, drawn towards the usual as long as there are few, as 0 to 1."""
    stars = USUAL_STARS * USUAL_COUNT + standing.stars_sum
    return (stars / (USUAL_COUNT + standing.stars_count) - 1) / 4
