"""A small district of one street, one community, one estate and two grids, and those who serve in it.

estate `e` = grid `g` (left half) + grid `h` (right half); the community is twice, the street four times as wide
"""

from pathlib import Path

from services.dispatch import rulebook as dispatch_rules
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Occupation, Steward
from services.intake import rulebook as intake_rules
from shared.contracts.places import PlaceIndex
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Polygon, Unit, UnitTree

CONFIG = Path("config")
RULEBOOK = dispatch_rules.read_rulebook({name: CONFIG / name for name in dispatch_rules.FILES})
INTAKE_RULEBOOK = intake_rules.read_rulebook({name: CONFIG / name for name in intake_rules.FILES})
CATALOGUE = RULEBOOK.catalogue

WEST, SOUTH, SIZE = 119.00, 25.40, 0.01
IN_THE_GRID = {"lon": WEST + 0.25 * SIZE, "lat": SOUTH + 0.5 * SIZE}
ELSEWHERE = {"lon": 116.4, "lat": 39.9}


def _box(left: float, width: float, height: float = 1.0) -> Polygon:
    west, east, north = WEST + left * SIZE, WEST + (left + width) * SIZE, SOUTH + height * SIZE
    return (((west, SOUTH), (east, SOUTH), (east, north), (west, north), (west, SOUTH)),)


def _unit(code: str, level: Level, parent: str | None, polygon: Polygon) -> Unit:
    return Unit(code, f"示例{code}", f"Sample {code}", level, parent, polygon)


UNITS = (
    _unit("d", Level.DISTRICT, None, _box(0, 8, 8)),
    _unit("s", Level.STREET, "d", _box(0, 4, 4)),
    _unit("c", Level.COMMUNITY, "s", _box(0, 2, 2)),
    _unit("e", Level.ESTATE, "c", _box(0, 1)),
    _unit("g", Level.GRID, "e", _box(0, 0.5)),
    _unit("h", Level.GRID, "e", _box(0.5, 0.5)),
)


def steward(subject: str, area: str, *skills: str, capacity: int = 5) -> Steward:
    return Steward(
        subject,
        f"示例{subject}",
        area,
        PartnerKind.RED_STEWARD,
        Occupation.PARTY_MEMBER,
        frozenset(skills),
        area,
        capacity,
        "示例承诺",
    )


STEWARDS = (
    steward("grid-cleaner", "g", "cleaning", "care"),
    steward("estate-cleaner", "e", "cleaning", "care"),
    steward("community-cleaner", "c", "cleaning"),
    steward("street-mediator", "s", "mediation"),
    steward("street-plumber", "s", "drainage"),
)


def directory(*stewards: Steward) -> Directory:
    return Directory(UnitTree(UNITS), PlaceIndex(UNITS), stewards or STEWARDS)
