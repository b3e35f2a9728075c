"""What the organisation answers: the nearest who may serve, whose desk, whose duty, what is on offer."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.leaves import Leave
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.shifts import ALWAYS, WORKTIME, Shift
from services.dispatch.organisation.spots import METRES_PER_DEGREE, metres_between
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Point, Steward
from shared.contracts.catalogue import Duty
from shared.contracts.places import PlaceIndex
from shared.kernel.units import UnitTree
from tests.support.district import SIZE, SOUTH, UNITS, WEST, steward
from tests.support.people import NOON

PATH = ("d", "s", "c", "e", "g")
CARE = frozenset({"care"})
HERE: Point = (WEST + 0.25 * SIZE, SOUTH + 0.5 * SIZE)


def district(*stewards: Steward, **others: object) -> Directory:
    return Directory(UnitTree(UNITS), PlaceIndex(UNITS), stewards, **others)  # type: ignore[arg-type]


def at(subject: str, area: str, north: float, *skills: str) -> Steward:
    """Serves `area` and sets out so many metres north of here."""
    return replace(steward(subject, area, *(skills or ("care",))), lon=HERE[0], lat=HERE[1] + north / METRES_PER_DEGREE)


def shortlisted(directory: Directory, enough: int, unavailable: frozenset[str] = frozenset()) -> list[str]:
    found = directory.shortlist(PATH, HERE, CARE, enough, unavailable)
    return [who.subject for who, _ in found.on_shift]


def test_a_neighbour_who_serves_the_whole_district_comes_before_the_grids_own_further_away() -> None:
    directory = district(at("of-the-grid", "g", 900), at("of-the-district", "d", 50), at("of-the-street", "s", 400))
    assert shortlisted(directory, 1) == ["of-the-district"]
    assert shortlisted(directory, 3) == ["of-the-district", "of-the-street", "of-the-grid"]


def test_who_lives_next_door_and_does_not_serve_the_place_is_not_on_the_list() -> None:
    assert shortlisted(district(at("next-door", "h", 1), at("own", "g", 900)), 5) == ["own"]


def test_only_who_has_all_the_skills_is_on_the_list() -> None:
    both = frozenset({"care", "lighting"})
    directory = district(at("care", "g", 1), at("both", "e", 2, "care", "lighting"), at("light", "g", 3, "lighting"))
    assert [who.subject for who, _ in directory.shortlist(PATH, HERE, both, 5).on_shift] == ["both"]


def test_who_is_not_available_does_not_count_towards_enough_and_is_still_listed() -> None:
    directory = district(*(at(f"s{number}", "g", number) for number in range(9)))
    assert shortlisted(directory, 2, frozenset({"s0", "s2"})) == ["s0", "s1", "s2", "s3"]
    assert shortlisted(directory, 2, frozenset(f"s{number}" for number in range(9))) == [f"s{n}" for n in range(9)]


def test_of_many_on_the_same_spot_none_is_left_out_for_his_name() -> None:
    directory = district(*(at(f"s{number}", "g", 10) for number in range(9)), at("further", "g", 11))
    assert shortlisted(directory, 2) == [f"s{number}" for number in range(9)]


def test_those_off_shift_are_listed_apart() -> None:
    night = replace(at("night", "g", 1), shift=Shift.parse("22:00-06:00"))
    clerk = replace(at("clerk", "c", 2), shift=WORKTIME)
    found = district(night, clerk, at("on-call", "s", 3)).shortlist(PATH, HERE, CARE, 5, is_on=lambda s: s != WORKTIME)
    assert [who.subject for who, _ in found.on_shift] == ["night", "on-call"]
    assert [who.subject for who, _ in found.off_shift] == ["clerk"]
    assert (found.covering, found.has_all_on_shift) == (3, True)


@pytest.mark.parametrize("seed", range(5))
def test_the_list_is_exactly_the_nearest_of_all_who_cover_the_place(seed: int) -> None:
    random = Random(seed)
    everyone = [at(f"s{number:03}", random.choice("dsceg"), random.uniform(0, 3000)) for number in range(200)]
    unavailable = frozenset(who.subject for who in everyone if random.random() < 0.5)
    found = district(*everyone).shortlist(PATH, HERE, CARE, 24, unavailable)
    ranked = sorted(everyone, key=lambda who: who.lat or 0)
    wanted = [who.subject for who in ranked if who.subject not in unavailable][:24]
    assert [who.subject for who, _ in found.on_shift if who.subject not in unavailable] == wanted
    assert (found.covering, found.has_all_on_shift) == (200, False)
    metres = [metres for _, metres in found.on_shift]
    assert metres == sorted(metres)


def test_who_has_no_base_sets_out_from_the_middle_of_his_area() -> None:
    directory = district(steward("own", "e", "care"))
    middle_of_the_estate = (WEST + 0.5 * SIZE, SOUTH + 0.5 * SIZE)
    assert directory.base_of(directory.steward("own")) == pytest.approx(middle_of_the_estate)
    ((_, metres),) = directory.shortlist(PATH, middle_of_the_estate, CARE, 1).on_shift
    assert metres == pytest.approx(0, abs=0.01)


def test_without_a_point_the_distance_is_to_the_middle_of_the_unit() -> None:
    ((_, metres),) = district(at("here", "g", 0)).shortlist(PATH, None, CARE, 1).on_shift
    assert metres == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        ((119.0, 25.4), (119.0, 25.41), 1111.95),
        ((119.0, 25.4), (119.01, 25.4), 1004.5),
        ((119.0, 25.4), (119.01, 25.41), 1498.5),
    ],
)
def test_metres_are_those_of_the_sphere(one: Point, other: Point, metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, abs=0.5)


def test_a_case_lies_on_the_desk_of_the_lowest_unit_that_has_a_dispatcher() -> None:
    desks = [Dispatcher(f"head-{unit}", "示例派单员", unit) for unit in ("d", "c", "h")]
    directory = district(dispatchers=desks)
    assert [directory.desk_for(PATH[:length]) for length in range(6)] == [None, "d", "d", "c", "c", "c"]
    assert district().desk_for(PATH) is None


def test_the_duty_is_that_of_the_smallest_unit_that_names_one() -> None:
    of_district, of_estate = (DutyEntry("cleaning", unit, Duty.PROPERTY, "示例物业", "示例合同") for unit in "de")
    directory = district(duties=[of_district, of_estate, replace(of_estate, category="rubbish_heap", unit="h")])
    assert directory.duty("cleaning", PATH) == of_estate
    assert directory.duty("cleaning", PATH[:3]) == of_district
    assert directory.duty("rubbish_heap", PATH) is None


def offer(code: str, unit: str, north: float, *categories: str) -> Offer:
    lat = HERE[1] + north / METRES_PER_DEGREE
    return Offer(code, "示例近邻之家", "评理室", "Arbiters' room", ServiceFunction.HEALTH, frozenset(categories), unit,
                 HERE[0], lat, ALWAYS)  # fmt: skip


def test_offers_for_a_place_come_nearest_first_with_their_metres() -> None:
    directory = district(
        offers=[
            offer("far", "e", 700, "small_wish"),
            offer("near", "d", 100, "small_wish", "other"),
            offer("of-others", "h", 1, "small_wish"),
            offer("of-another-kind", "g", 1, "legal_matter"),
        ]
    )
    found = directory.offers_for("small_wish", PATH, HERE, 5)
    assert [(each.code, round(metres or 0)) for each, metres in found] == [("near", 100), ("far", 700)]
    assert [each.code for each, _ in directory.offers_for("small_wish", PATH, HERE, 1)] == ["near"]
    without = directory.offers_for("small_wish", PATH, None, 5)
    assert [(each.code, metres) for each, metres in without] == [("far", None), ("near", None)]
    assert directory.offers_for("cleaning", PATH, HERE, 5) == []


def test_the_nearest_of_an_occupation_serves_the_smallest_unit_and_is_not_on_leave() -> None:
    police = [replace(steward(f"police-{area}", area), occupation=Occupation.POLICE) for area in "dsh"]
    away = Leave("1", "police-s", NOON, NOON + timedelta(days=1))
    directory = district(*police, steward("own", "g"), leaves=[away])

    def nearest(at: object = None) -> str | None:
        found = directory.nearest_of(Occupation.POLICE, PATH, at)  # type: ignore[arg-type]
        return found and found.subject

    assert (nearest(), nearest(NOON), nearest(NOON + timedelta(days=1))) == ("police-s", "police-d", "police-s")
    assert directory.nearest_of(Occupation.LAWYER, PATH) is None
