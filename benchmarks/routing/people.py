"""Stewards in memory: equal ones on an empty square, and those of the sample district many times over."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.files import Organisation
from services.dispatch.organisation.stewards import Occupation, Steward
from shared.contracts.places import PlaceIndex
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Unit, UnitTree

WEST, SOUTH, SIDE = 119.0, 25.4, 0.03
"""About three kilometres: a community that nobody crosses in fifteen minutes."""
OUTLINE = (
    (WEST, SOUTH),
    (WEST + SIDE, SOUTH),
    (WEST + SIDE, SOUTH + SIDE),
    (WEST, SOUTH + SIDE),
    (WEST, SOUTH),
)
COMMUNITY = Unit("square", "示例社区", "Sample community", Level.COMMUNITY, None, (OUTLINE,))
SCATTER = 0.01
"""Degrees around his model within which a copy sets out."""


def somewhere(random: Random) -> tuple[float, float]:
    return WEST + SIDE * random.random(), SOUTH + SIDE * random.random()


def equals(number: int, capacity: int, skills: frozenset[str], random: Random) -> Directory:
    """So many stewards of the same community, skills and capacity; only where they live is theirs alone."""
    people = [
        Steward(
            f"steward-{index:03}",
            f"示例管家{index:03}",
            COMMUNITY.code,
            PartnerKind.RED_STEWARD,
            Occupation.PARTY_MEMBER,
            skills,
            COMMUNITY.code,
            capacity,
            "示例承诺",
            *somewhere(random),
        )
        for index in range(number)
    ]
    return Directory(UnitTree([COMMUNITY]), PlaceIndex([COMMUNITY]), people)


def grown(organisation: Organisation, number: int, random: Random) -> Directory:
    """The organisation with exactly so many stewards: those it has, again and again, each copy a bit elsewhere."""
    tree, places = UnitTree(organisation.units), PlaceIndex(organisation.units)
    people = islice(_copies(organisation, places, random), number)
    return Directory(
        tree,
        places,
        people,
        dispatchers=organisation.dispatchers,
        duties=organisation.duties,
        offers=organisation.offers,
    )


def _copies(organisation: Organisation, places: PlaceIndex, random: Random) -> Iterator[Steward]:
    models = random.sample(organisation.stewards, len(organisation.stewards))
    copy = 0
    while True:
        for model in models:
            lon, lat = model.base or places.middles[model.area]
            yield replace(
                model,
                subject=f"{model.subject}-{copy}",
                lon=lon + random.uniform(-SCATTER, SCATTER),
                lat=lat + random.uniform(-SCATTER, SCATTER),
            )
        copy += 1
