"""The sample district: its counts, its coverage, and that it comes out the same every time."""

import json
from collections import Counter
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import shapely

from samples.generate import FOLDER, generate
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.offers import ServiceFunction
from services.dispatch.organisation.shifts import ALWAYS
from services.dispatch.organisation.stewards import Occupation
from shared.contracts.catalogue import Duty, load_catalogue
from shared.contracts.places import PlaceIndex
from shared.contracts.positions import to_wgs84
from shared.contracts.reports import SubmitReport
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, UnitTree

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "config" / "categories.csv")


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return read_organisation(FOLDER, CATALOGUE)


@pytest.fixture(scope="module")
def directory(organisation: Organisation) -> Directory:
    return Directory(
        UnitTree(organisation.units),
        PlaceIndex(organisation.units),
        organisation.stewards,
        dispatchers=organisation.dispatchers,
        duties=organisation.duties,
        offers=organisation.offers,
    )


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / "reports.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_generator_writes_what_is_shipped(tmp_path: Path) -> None:
    generate(tmp_path)
    shipped = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == shipped


def test_another_seed_gives_another_district(tmp_path: Path) -> None:
    generate(tmp_path, seed=1)
    assert (tmp_path / "units.geojson").read_bytes() != (FOLDER / "units.geojson").read_bytes()


def test_the_sample_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 650_000


def test_the_units_are_as_many_as_the_district_has(organisation: Organisation) -> None:
    levels = Counter(unit.level for unit in organisation.units)
    assert levels[Level.DISTRICT] == 1
    assert levels[Level.STREET] + levels[Level.COMMUNITY] == 16
    assert levels[Level.ESTATE] == 128
    assert levels[Level.BUILDING] == 339


def test_beigao_has_33_grids(directory: Directory) -> None:
    below = [directory.tree[code] for code in directory.tree.subtree("beigao")]
    assert directory.tree["beigao"].name_zh == "北高镇"
    assert sum(unit.level is Level.GRID for unit in below) == 33


def test_every_name_of_an_estate_is_its_own(organisation: Organisation) -> None:
    names = [unit.name_zh for unit in organisation.units if unit.level is Level.ESTATE]
    assert len(set(names)) == 128


def test_siblings_share_borders_and_no_ground(organisation: Organisation) -> None:
    siblings: dict[str, list[shapely.Polygon]] = {}
    for unit in organisation.units:
        if unit.polygon and unit.parent:
            siblings.setdefault(unit.parent, []).append(shapely.Polygon(unit.polygon[0]))
    for polygons in siblings.values():
        for one, other in combinations(polygons, 2):
            assert one.intersection(other).area < 1e-3 * min(one.area, other.area)


def test_the_parts_of_a_unit_fill_it(organisation: Organisation) -> None:
    areas = {unit.code: shapely.Polygon(unit.polygon[0]).area for unit in organisation.units if unit.polygon}
    parts: Counter[str] = Counter()
    for unit in organisation.units:
        if unit.polygon and unit.parent:
            parts[unit.parent] += areas[unit.code]
    assert {code: area / areas[code] for code, area in parts.items()} == pytest.approx(
        dict.fromkeys(parts, 1.0), rel=1e-3
    )


def test_every_steward_is_marked_as_a_sample(organisation: Organisation) -> None:
    assert len(organisation.stewards) == 256
    assert all(steward.name.startswith("示例") for steward in organisation.stewards)
    assert {steward.partner_kind for steward in organisation.stewards} == set(PartnerKind)
    assert {steward.occupation for steward in organisation.stewards} == set(Occupation)
    assert all(5 <= steward.capacity <= 30 for steward in organisation.stewards)


def test_each_community_can_serve_every_category_itself(directory: Directory) -> None:
    for code, unit in directory.tree.items():
        if unit.level is Level.COMMUNITY:
            for category in CATALOGUE.values():
                areas = {steward.area for steward in directory.stewards_for(code, category.skills)}
                assert code in areas, (code, category.code)


def test_each_community_can_serve_every_category_at_any_time(directory: Directory) -> None:
    for code, unit in directory.tree.items():
        if unit.level is Level.COMMUNITY:
            for category in CATALOGUE.values():
                on_call = [one for one in directory.stewards_for(code, category.skills) if one.shift == ALWAYS]
                assert code in {steward.area for steward in on_call}, (code, category.code)


def test_who_has_told_where_they_set_out_from_serves_there(organisation: Organisation, directory: Directory) -> None:
    with_base = [steward for steward in organisation.stewards if steward.base]
    assert 0.6 < len(with_base) / 256 < 0.8
    for steward in with_base:
        unit = directory.unit_at(*steward.base or (0, 0))
        assert unit is not None
        assert steward.area in directory.tree.path(unit)


def test_police_and_lawyers_serve_each_street_and_judges_the_district(directory: Directory) -> None:
    for code, unit in directory.tree.items():
        if unit.level is Level.STREET:
            for occupation in (Occupation.POLICE, Occupation.LAWYER):
                officer = directory.nearest_of(occupation, directory.tree.path(code))
                assert officer is not None
                assert officer.area == code
    judge = directory.nearest_of(Occupation.JUDGE, ("licheng",))
    assert judge is not None


def test_desks_are_everywhere_down_to_the_community_and_not_in_every_grid(directory: Directory) -> None:
    has_desk = {code: directory.desk_for(directory.tree.path(code)) == code for code in directory.tree}
    share = {
        level: sum(has_desk[code] for code in codes) / len(codes)
        for level in Level
        if (codes := [code for code, unit in directory.tree.items() if unit.level is level])
    }
    assert share[Level.DISTRICT] == share[Level.STREET] == share[Level.COMMUNITY] == 1
    assert 0.7 < share[Level.ESTATE] < 1
    assert 0.1 < share[Level.GRID] < 0.5


def test_every_estate_has_a_company_for_what_is_its_propertys_duty(directory: Directory) -> None:
    for code, unit in directory.tree.items():
        if unit.level is Level.ESTATE:
            for category in CATALOGUE.values():
                entry = directory.duty(category.code, directory.tree.path(code))
                if category.duty is Duty.PROPERTY:
                    assert entry is not None
                    assert (entry.unit, entry.holder) == (code, Duty.PROPERTY)
                    assert entry.responsible.startswith("示例")


def test_every_community_is_offered_something_for_wishes_care_and_the_law(
    organisation: Organisation, directory: Directory
) -> None:
    assert {offer.service for offer in organisation.offers} == set(ServiceFunction)
    assert all(offer.station.startswith("示例") for offer in organisation.offers)
    for code, unit in directory.tree.items():
        if unit.level is Level.COMMUNITY:
            for category in ("small_wish", "care_for_old_and_young", "legal_matter", "neighbour_dispute"):
                assert directory.offers_for(category, directory.tree.path(code), None, 1), (code, category)


def test_reports_come_in_every_category_and_some_without(reports: list[dict[str, Any]]) -> None:
    categories = Counter(report.get("category") for report in reports)
    assert len(reports) == 600
    assert set(categories) == {*CATALOGUE, None}
    assert 0.03 < categories[None] / 600 < 0.09


def test_each_report_is_what_intake_takes(reports: list[dict[str, Any]]) -> None:
    for report in reports:
        SubmitReport().load({name: report[name] for name in report.keys() - {"user", "submitted_at"}})


def test_no_two_reports_read_the_same(reports: list[dict[str, Any]]) -> None:
    assert len({report["text"] for report in reports}) >= 598


def test_most_reports_lie_in_a_grid_and_the_rest_say_where(reports: list[dict[str, Any]], directory: Directory) -> None:
    placed = [report for report in reports if "position" in report]
    assert all("address" in report for report in reports if "position" not in report)
    found = [directory.unit_at(*to_wgs84(**report["position"])) for report in placed]
    assert {directory.tree[code].level for code in found if code} == {Level.GRID}
    assert 0.01 < found.count(None) / 600 < 0.05
    assert 0.005 < 1 - len(placed) / 600 < 0.04
    assert Counter(report["position"]["datum"] for report in placed).most_common(1)[0][0] == "GCJ-02"


def test_a_position_lies_in_the_estate_that_its_address_names(
    reports: list[dict[str, Any]], directory: Directory
) -> None:
    both = [report for report in reports if "position" in report and "address" in report]
    assert len(both) > 400
    for report in both:
        grid = directory.unit_at(*to_wgs84(**report["position"]))
        assert grid is not None
        estate = directory.tree[directory.tree.path(grid)[-2]]
        assert estate.name_zh in report["address"]


def test_reports_are_in_order_over_two_years_by_marked_residents(reports: list[dict[str, Any]]) -> None:
    moments = [datetime.fromisoformat(report["submitted_at"]) for report in reports]
    assert moments == sorted(moments)
    assert all(report["submitted_at"].endswith("+08:00") for report in reports)
    assert 700 < (moments[-1] - moments[0]).days <= 730
    users = {report["user"] for report in reports}
    assert all(user.startswith("sample-resident-") for user in users)
    assert 150 < len(users) <= 250
