"""The tree of units, the places on the map, and the directory that dispatch asks."""

import sys
from subprocess import run

import pytest

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.stewards import Occupation, Steward
from shared.contracts.places import PlaceIndex, UnitMap
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Polygon, Unit, UnitTree


def square(left: float, low: float, size: float) -> Polygon:
    right, high = left + size, low + size
    return (((left, low), (right, low), (right, high), (left, high), (left, low)),)


def unit(code: str, level: Level, parent: str | None = None, polygon: Polygon | None = None) -> Unit:
    return Unit(code, f"示例{code}", f"Sample {code}", level, parent, polygon)


DISTRICT = unit("d", Level.DISTRICT, None, square(0, 0, 8))
STREET = unit("s", Level.STREET, "d", square(0, 0, 4))
COMMUNITY = unit("c", Level.COMMUNITY, "s", square(0, 0, 2))
NEXT_COMMUNITY = unit("n", Level.COMMUNITY, "s", square(2, 0, 2))
GRID = unit("g", Level.GRID, "c", square(0, 0, 1))
BUILDING = unit("b", Level.BUILDING, "g")
UNITS = (BUILDING, GRID, NEXT_COMMUNITY, COMMUNITY, STREET, DISTRICT)


def test_a_path_leads_from_the_root_to_the_unit() -> None:
    assert UnitTree(UNITS).path("b") == ("d", "s", "c", "g", "b")
    assert UnitTree(UNITS).path("d") == ("d",)


def test_a_subtree_lists_each_parent_before_its_children() -> None:
    assert UnitTree(UNITS).subtree("s") == ("s", "c", "g", "b", "n")
    assert UnitTree(UNITS).subtree("b") == ("b",)


def test_within_is_the_unit_itself_or_an_ancestor() -> None:
    tree = UnitTree(UNITS)
    assert tree.is_within("b", "s")
    assert tree.is_within("b", "b")
    assert not tree.is_within("s", "b")
    assert not tree.is_within("b", "n")


def test_the_root_alone_has_no_parent() -> None:
    tree = UnitTree(UNITS)
    assert [code for code in tree if tree.parent(code) is None] == ["d"]


@pytest.mark.parametrize("question", ["path", "parent", "subtree"])
def test_an_unknown_code_is_a_key_error(question: str) -> None:
    with pytest.raises(KeyError):
        getattr(UnitTree(UNITS), question)("nowhere")


@pytest.mark.parametrize(
    ("units", "fault"),
    [
        ((DISTRICT, STREET, STREET), "s is used twice"),
        ((DISTRICT, unit("d", Level.STREET, "d")), "d is used twice"),
        ((DISTRICT, unit("e", Level.DISTRICT)), "there is a root already: d"),
        ((DISTRICT, unit("g", Level.GRID, "x")), "no unit has the code x"),
        ((DISTRICT, STREET, unit("t", Level.STREET, "s")), "a street cannot lie in s, a street"),
        ((DISTRICT, GRID, unit("c", Level.COMMUNITY, "g")), "a community cannot lie in g, a grid"),
        ((unit("x", Level.STREET, "y"), unit("y", Level.COMMUNITY, "x")), "a street cannot lie in y, a community"),
        ((unit("x", Level.STREET, "x"),), "a street cannot lie in x, a street"),
    ],
)  # fmt: skip
def test_units_that_are_no_tree_are_refused(units: tuple[Unit, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        UnitTree(units)


def test_the_tree_works_without_geometry() -> None:
    imported = "import sys, shared.kernel.units; sys.exit('shapely' in sys.modules)"
    assert run([sys.executable, "-c", imported], check=False).returncode == 0


@pytest.mark.parametrize(
    ("lon", "lat", "smallest"),
    [
        (0.5, 0.5, "g"),
        (1.5, 1.5, "c"),
        (3.0, 1.0, "n"),
        (3.0, 3.0, "s"),
        (7.0, 7.0, "d"),
        (9.0, 1.0, None),
        (0.0, 0.0, "g"),
        (8.0, 8.0, "d"),
    ],
)
def test_a_point_lies_in_the_smallest_unit_around_it(lon: float, lat: float, smallest: str | None) -> None:
    places = PlaceIndex(UNITS)
    assert places.smallest_unit(lon, lat) == smallest
    assert places.smallest_units([(lon, lat), (7.0, 7.0)]) == [smallest, "d"]


def test_on_a_border_of_equals_the_first_code_wins_however_they_are_listed() -> None:
    for units in (UNITS, UNITS[::-1]):
        assert PlaceIndex(units).smallest_unit(2.0, 1.0) == "c"


def test_of_units_with_the_same_outline_the_lower_one_wins() -> None:
    estate = unit("a", Level.ESTATE, "c", GRID.polygon)
    for units in ((estate, GRID), (GRID, estate)):
        assert PlaceIndex(units).smallest_unit(0.5, 0.5) == "g"


def test_a_hole_is_outside() -> None:
    outer, inner = square(0, 0, 3)[0], square(1, 1, 1)[0]
    places = PlaceIndex([unit("d", Level.DISTRICT, None, (outer, inner))])
    assert places.smallest_unit(1.5, 1.5) is None
    assert places.smallest_unit(0.5, 0.5) == "d"


def test_the_map_tells_the_path_to_a_place() -> None:
    assert UnitMap(UnitTree(UNITS)).path_at(0.5, 0.5) == ("d", "s", "c", "g")
    assert UnitMap(UnitTree(UNITS)).path_at(-1, 0) == ()
    assert UnitMap(UnitTree(())).path_at(0.5, 0.5) == ()


def steward(subject: str, area: str, *skills: str, belongs: str | None = None) -> Steward:
    return Steward(
        subject,
        f"示例{subject}",
        belongs or area,
        PartnerKind.RED_STEWARD,
        Occupation.VOLUNTEER,
        frozenset(skills),
        area,
        5,
        "示例承诺",
    )


DIRECTORY = Directory(
    UnitTree(UNITS),
    PlaceIndex(UNITS),
    [
        steward("far", "d", "drainage", "cleaning"),
        steward("near-2", "g", "drainage", "cleaning"),
        steward("near-1", "g", "drainage", "cleaning", "lighting"),
        steward("half", "g", "drainage"),
        steward("middle", "c", "cleaning", "drainage", belongs="n"),
        steward("elsewhere", "n", "drainage", "cleaning"),
    ],
    revision=7,
)


def subjects(stewards: object) -> list[str]:
    return [found.subject for found in stewards]  # type: ignore[attr-defined]


def test_stewards_for_a_place_cover_it_and_have_every_skill_nearest_first() -> None:
    found = DIRECTORY.stewards_for("b", frozenset({"drainage", "cleaning"}))
    assert subjects(found) == ["near-1", "near-2", "middle", "far"]


def test_stewards_for_a_wider_unit_must_cover_all_of_it() -> None:
    assert subjects(DIRECTORY.stewards_for("c", frozenset({"drainage"}))) == ["middle", "far"]


def test_without_a_needed_skill_everyone_who_covers_the_place_is_found() -> None:
    assert subjects(DIRECTORY.stewards_for("g", frozenset())) == ["half", "near-1", "near-2", "middle", "far"]


def test_a_skill_that_nobody_has_finds_nobody() -> None:
    assert subjects(DIRECTORY.stewards_for("g", frozenset({"drainage", "mediation"}))) == []


def test_stewards_in_a_unit_belong_to_it_or_below() -> None:
    assert subjects(DIRECTORY.stewards_in("c")) == ["half", "near-1", "near-2"]
    assert subjects(DIRECTORY.stewards_in("n")) == ["elsewhere", "middle"]


def test_the_directory_knows_its_stewards_its_places_and_its_revision() -> None:
    assert DIRECTORY.steward("half").skills == {"drainage"}
    assert DIRECTORY.unit_at(0.5, 0.5) == "g"
    assert DIRECTORY.unit_at(-1, 0) is None
    assert DIRECTORY.revision == 7
    with pytest.raises(KeyError):
        DIRECTORY.steward("nobody")
