"""What of a case is everybody's business, by its category: every service tells the same, and no more."""

from collections.abc import Iterable, Mapping

from shared.contracts.catalogue import Category, Kind
from shared.kernel.units import Level, UnitTree

DECIMALS = 3
"""Of a degree: 0.001° is about 100 m, so that a street can be told and a door cannot."""
NAMED_LEVELS = (Level.DISTRICT, Level.STREET, Level.COMMUNITY, Level.ESTATE)


def is_public(category: Category) -> bool:
    """A dispute is confidential, whoever asks."""
    return category.kind is not Kind.DISPUTE


def is_about_a_place(category: Category) -> bool:
    """What no two people report of the same spot is about a person: an old neighbour, a wish."""
    return category.duplicate_radius is not None and category.kind is not Kind.WISH


def public_codes(catalogue: Mapping[str, Category]) -> list[str]:
    return [code for code, category in catalogue.items() if is_public(category)]


def placed_codes(codes: Iterable[str], catalogue: Mapping[str, Category]) -> list[str]:
    """Those whose requests can be found on a map."""
    return [code for code in codes if code in catalogue and is_about_a_place(catalogue[code])]


def coarse(position: Mapping[str, float]) -> dict[str, float]:
    """Near enough for a map of the town; WGS-84 degrees."""
    return {axis: round(degrees, DECIMALS) for axis, degrees in position.items()}


def named_unit(path: Iterable[str], tree: UnitTree, category: Category) -> str | None:
    """The smallest unit that is told: the estate, or the community where it is about a person."""
    levels = NAMED_LEVELS if is_about_a_place(category) else NAMED_LEVELS[:-1]
    told = [code for code in path if code in tree and tree[code].level in levels]
    return told[-1] if told else None
