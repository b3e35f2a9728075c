"""The tree of organisation units: district, street, community, estate, grid, building."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

Ring = tuple[tuple[float, float], ...]
Polygon = tuple[Ring, ...]
"""(longitude, latitude) in WGS-84, as in GeoJSON: the outer ring, then the holes, each ring closed."""


class Level(StrEnum):
    """From the highest to the lowest."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    ESTATE = "estate"
    GRID = "grid"
    BUILDING = "building"

    @property
    def depth(self) -> int:
        """0 for the district, growing downwards."""
        return _DEPTHS[self]

    def is_above(self, other: "Level") -> bool:
        return self.depth < other.depth


_DEPTHS: Mapping[Level, int] = {level: depth for depth, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Unit:
    """`parent` is None for the root alone; `polygon` only for a building, which is placed by hand."""

    code: str
    name_zh: str
    name_en: str
    level: Level
    parent: str | None
    polygon: Polygon | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps units from being one tree; `index` is the place of the culprit in the sequence."""

    index: int
    field: str
    message: str


def faults(units: Sequence[Unit], codes: Collection[str] = ()) -> Iterator[Fault]:
    """Codes that are not unique, parents that are unknown or too low, roots beside the first.

    `codes` are more codes that exist, though their units are not at hand.
    As every parent has to be of a higher level than its child, a cycle is found as a level fault.
    """
    by_code: dict[str, Unit] = {}
    root: Unit | None = None
    for index, unit in enumerate(units):
        if unit.code in by_code:
            yield Fault(index, "code", f"{unit.code} is used twice")
        by_code.setdefault(unit.code, unit)
        if unit.parent is None:
            if root is not None:
                yield Fault(index, "parent", f"there is a root already: {root.code}")
            root = root or unit
    for index, unit in enumerate(units):
        parent = by_code.get(unit.parent) if unit.parent is not None else None
        if parent is not None and not parent.level.is_above(unit.level):
            yield Fault(index, "level", f"a {unit.level} cannot lie in {parent.code}, a {parent.level}")
        elif parent is None and unit.parent is not None and unit.parent not in codes:
            yield Fault(index, "parent", f"no unit has the code {unit.parent}")


class UnitTree(Mapping[str, Unit]):
    """The units by code. An unknown code raises KeyError everywhere."""

    def __init__(self, units: Iterable[Unit]) -> None:
        """Raises ValueError naming every fault if the units are not one tree."""
        listed = tuple(units)
        if found := [fault.message for fault in faults(listed)]:
            raise ValueError("; ".join(found))
        self._units = {unit.code: unit for unit in listed}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._children: dict[str, list[str]] = {code: [] for code in self._units}
        for unit in sorted(listed, key=lambda unit: (unit.level.depth, unit.code)):
            above: tuple[str, ...] = ()
            if unit.parent is not None:
                above = self._paths[unit.parent]
                self._children[unit.parent].append(unit.code)
            self._paths[unit.code] = (*above, unit.code)

    def __getitem__(self, code: str) -> Unit:
        return self._units[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._units)

    def __len__(self) -> int:
        return len(self._units)

    def path(self, code: str) -> tuple[str, ...]:
        """The codes from the root down to the unit itself."""
        return self._paths[code]

    def parent(self, code: str) -> str | None:
        return self._units[code].parent

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether the unit is `ancestor` or lies below it."""
        return ancestor in self._paths[code]

    def subtree(self, code: str) -> tuple[str, ...]:
        """The unit and all below it, each parent before its children."""
        below = [code, *(inner for child in self._children[code] for inner in self.subtree(child))]
        return tuple(below)
