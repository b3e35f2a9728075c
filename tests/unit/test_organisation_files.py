"""The organisation's files: read whole, or refused whole with every problem by file and line."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.offers import ServiceFunction
from services.dispatch.organisation.shifts import WORKTIME, Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.contracts.catalogue import Duty
from shared.contracts.files import InvalidFile
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Unit
from tests.support.district import CATALOGUE

SKILLS = frozenset({"drainage", "cleaning"})
Feature = dict[str, Any]


def box(left: float, low: float, right: float, high: float) -> list[list[list[float]]]:
    return [[[left, low], [right, low], [right, high], [left, high], [left, low]]]


def feature(code: str, level: str, parent: str | None, rings: list[list[list[float]]] | None) -> Feature:
    return {
        "type": "Feature",
        "properties": {
            "code": code, "name_zh": f"示例{code}", "name_en": f"Sample {code}", "level": level, "parent": parent,
        },
        "geometry": rings and {"type": "Polygon", "coordinates": rings},
    }  # fmt: skip


FEATURES = (
    feature("d", "district", None, box(0, 0, 8, 8)),
    feature("c", "community", "d", box(0, 0, 4, 4)),
    feature("g", "grid", "c", box(0, 0, 2, 2)),
    feature("b", "building", "g", None),
)
HEADERS = {
    "stewards": "subject,name,unit,partner_kind,occupation,skills,area,capacity,pledge,lon,lat,shift",
    "dispatchers": "subject,name,unit",
    "duties": "category,unit,holder,responsible,basis",
    "offers": "code,station,name_zh,name_en,service,categories,unit,lon,lat,hours",
}
ROW = "steward-1,示例管家1,c,red_steward,police,cleaning;drainage,g,5,示例承诺,1.5,0.5,22:00-06:00"
ROWS = {
    "stewards": ROW,
    "dispatchers": "dispatcher-1,示例派单员1,c",
    "duties": "cleaning,c,property,示例物业,示例合同",
    "offers": "offer-1,示例近邻之家,评理室,Arbiters' room,deliberation_and_mediation,"
    "neighbour_dispute;legal_matter,d,1.5,0.5,worktime",
}


def written(folder: Path, features: list[Feature], rows: list[str], **others: list[str]) -> Path:
    """One feature a line: feature n stands on line n + 1. `rows` are the stewards; `others` by table."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    (folder / "units.geojson").write_text(text, encoding="utf-8")
    for table, header in HEADERS.items():
        lines_of = {"stewards": rows, **others}.get(table, [])
        (folder / f"{table}.csv").write_text("\n".join([header, *lines_of]), encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        read_organisation(folder, CATALOGUE)
    return [str(problem) for problem in refused.value.problems]


def changed(change: Callable[[list[Feature]], object]) -> list[Feature]:
    features = deepcopy(list(FEATURES))
    change(features)
    return features


def with_property(index: int, name: str, value: Any) -> Callable[[list[Feature]], object]:
    return lambda features: features[index]["properties"].update({name: value})


def with_geometry(index: int, geometry: Any) -> Callable[[list[Feature]], object]:
    return lambda features: features[index].update(geometry=geometry)


def with_rings(index: int, rings: Any) -> Callable[[list[Feature]], object]:
    return with_geometry(index, {"type": "Polygon", "coordinates": rings})


def test_good_files_become_an_organisation(tmp_path: Path) -> None:
    grid = (((0, 0), (2, 0), (2, 2), (0, 2), (0, 0)),)
    organisation = read_organisation(written(tmp_path, list(FEATURES), [ROW]), CATALOGUE)
    assert isinstance(organisation, Organisation)
    assert organisation.units[2] == Unit("g", "示例g", "Sample g", Level.GRID, "c", grid)
    assert organisation.units[3].polygon is None
    assert organisation.stewards == (
        Steward(
            "steward-1",
            "示例管家1",
            "c",
            PartnerKind.RED_STEWARD,
            Occupation.POLICE,
            SKILLS,
            "g",
            5,
            "示例承诺",
            1.5,
            0.5,
            Shift.parse("22:00-06:00"),
        ),
    )


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (with_property(2, "code", "g 1"), ["4: properties.code: Must be letters, digits, '.', '_' and '-'.",
                                           "5: parent: no unit has the code g"]),
        (with_property(1, "name_zh", ""), ["3: properties.name_zh: Must not be empty."]),
        (with_property(2, "level", "block"),
         ["4: properties.level: Must be one of: district, street, community, estate, grid, building."]),
        (lambda features: features[1]["properties"].pop("name_en"),
         ["3: properties.name_en: Missing data for required field."]),
        (lambda features: features[3].pop("geometry"), ["5: geometry: Missing data for required field."]),
        (lambda features: features.append("no feature"), ["6: row: Invalid input type."]),
        (with_property(2, "parent", "x"), ["4: parent: no unit has the code x"]),
        (with_property(3, "code", "g"), ["5: code: g is used twice"]),
        (with_property(1, "parent", None), ["3: parent: there is a root already: d"]),
        (with_property(1, "level", "grid"), ["4: level: a grid cannot lie in c, a grid"]),
        (with_property(1, "parent", "g"), ["3: level: a community cannot lie in g, a grid",
                                           "3: geometry: 75% of it lies outside g"]),
        (with_geometry(2, None), ["4: geometry: a grid must have a polygon"]),
        (with_geometry(2, {"type": "Point", "coordinates": [1, 1]}),
         ["4: geometry.coordinates.0: Not a valid list.", "4: geometry.coordinates.1: Not a valid list.",
          "4: geometry.type: Must be equal to Polygon."]),
        (with_rings(2, []), ["4: geometry.coordinates: Must have an outer ring."]),
        (with_rings(2, [[[0, 0], [2, 0], [2, 2], [0, 2]]]),
         ["4: geometry.coordinates.0: Must be a closed ring of at least 4 positions."]),
        (with_rings(2, [[[0, 0], [2, "0"], [2, 2], [0, 0]]]),
         ["4: geometry.coordinates.0.1: Must be [longitude, latitude]."]),
        (with_rings(2, [[[0, 0], [200, 0], [2, 2], [0, 0]]]),
         ["4: geometry.coordinates.0.1: Must lie within ±180 and ±90 degrees."]),
        (with_rings(2, [[[0, 0], [2, 2], [2, 0], [0, 2], [0, 0]]]),
         ["4: geometry: no valid polygon: Self-intersection[1 1]"]),
        (with_rings(2, [[[0, 0], [1, 1], [2, 2], [0, 0]]]),
         ["4: geometry: no valid polygon: Self-intersection[1 1]"]),
        (with_rings(2, box(3, 0, 5, 2)), ["4: geometry: 50% of it lies outside c"]),
        (with_rings(2, box(6, 6, 7, 7)), ["4: geometry: 100% of it lies outside c"]),
    ],
)  # fmt: skip
def test_a_bad_feature_is_named_by_its_line(
    tmp_path: Path, change: Callable[[list[Feature]], object], expected: list[str]
) -> None:
    row = ROW.replace(",g,", ",d,")
    found = problems(written(tmp_path, changed(change), [row]))
    assert sorted(found) == sorted(f"units.geojson:{problem}" for problem in expected)


@pytest.mark.parametrize(
    ("good", "bad", "expected"),
    [
        ("steward-1", "", "subject: Must be letters, digits, '.', '_' and '-'."),
        ("示例管家1", "", "name: Must not be empty."),
        (",c,", ",x,", "unit: no unit has the code x"),
        (",g,", ",y,", "area: no unit has the code y"),
        ("red_steward", "blue_steward",
         "partner_kind: Must be one of: red_steward, governance, business, mutual_aid, grid_sentinel."),
        ("drainage", "juggling", "skills: no category asks for juggling"),
        (",5,", ",0,", "capacity: Must be greater than or equal to 1."),
        (",5,", ",-3,", "capacity: Must be greater than or equal to 1."),
        (",5,", ",five,", "capacity: Not a valid integer."),
        (",5,", ",5.5,", "capacity: Not a valid integer."),
        (",5,示例承诺", ",5,", "pledge: Must not be empty."),
        (",示例承诺", "", "row: 11 cells, the header has 12"),
        (",police,", ",pirate,", "occupation: Must be one of: party_member, volunteer, community_worker, "
         "property_worker, able_neighbour, elder_arbiter, silver_pioneer, judge, prosecutor, police, lawyer, "
         "merchant."),
        (",1.5,0.5,", ",1.5,,", "lat: Must be given with lon."),
        (",1.5,0.5,", ",,0.5,", "lon: Must be given with lat."),
        (",1.5,0.5,", ",181,0.5,", "lon: Must lie within ±180 degrees."),
        (",1.5,0.5,", ",1.5,east,", "lat: Not a valid number."),
        ("22:00-06:00", "", "shift: Must be always, worktime or two times, as 22:00-06:00."),
        ("22:00-06:00", "22:00-24:00", "shift: Must be always, worktime or two times, as 22:00-06:00."),
        ("22:00-06:00", "06:00-06:00", "shift: Must be always, worktime or two times, as 22:00-06:00."),
    ],
)  # fmt: skip
def test_a_bad_steward_is_named_by_its_line(tmp_path: Path, good: str, bad: str, expected: str) -> None:
    assert good in ROW
    other = ROW.replace("steward-1", "steward-0")
    folder = written(tmp_path, list(FEATURES), [other, ROW.replace(good, bad)])
    assert problems(folder) == [f"stewards.csv:3: {expected}"]


@pytest.mark.parametrize(
    ("table", "good", "bad", "expected"),
    [
        ("dispatchers", ",c", ",x", "unit: no unit has the code x"),
        ("dispatchers", "示例派单员1", "", "name: Must not be empty."),
        ("duties", "cleaning", "juggling", "category: no category has the code juggling"),
        ("duties", ",c,", ",x,", "unit: no unit has the code x"),
        ("duties", "property", "nobody",
         "holder: Must be one of: property, community, street, department, volunteers."),
        ("duties", "示例物业", "", "responsible: Must not be empty."),
        ("duties", "示例合同", "", "basis: Must not be empty."),
        ("offers", "legal_matter", "juggling", "categories: no category has the code juggling"),
        ("offers", "neighbour_dispute;legal_matter", "", "categories: Must name at least one category."),
        ("offers", ",d,", ",x,", "unit: no unit has the code x"),
        ("offers", "deliberation_and_mediation", "juggling", "service: Must be one of: party_and_masses, "
         "convenience, old_and_young, culture_and_sports, deliberation_and_mediation, health."),
        ("offers", ",1.5,", ",,", "lon: Not a valid number."),
        ("offers", ",0.5,", ",91,", "lat: Must lie within ±90 degrees."),
        ("offers", "worktime", "sometimes", "hours: Must be always, worktime or two times, as 22:00-06:00."),
    ],
)  # fmt: skip
def test_a_bad_row_of_another_table_is_named_by_its_line(
    tmp_path: Path, table: str, good: str, bad: str, expected: str
) -> None:
    row = ROWS[table]
    assert good in row
    folder = written(tmp_path, list(FEATURES), [ROW], **{table: ["", row.replace(good, bad, 1)]})
    assert problems(folder) == [f"{table}.csv:3: {expected}"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("dispatchers", "subject: dispatcher-1 is already on line 2"),
        ("duties", "unit: cleaning in c is already on line 2"),
        ("offers", "code: offer-1 is already on line 2"),
    ],
)
def test_a_row_of_another_table_is_given_once(tmp_path: Path, table: str, expected: str) -> None:
    folder = written(tmp_path, list(FEATURES), [ROW], **{table: [ROWS[table]] * 2})
    assert problems(folder) == [f"{table}.csv:3: {expected}"]


def test_the_other_tables_become_part_of_the_organisation(tmp_path: Path) -> None:
    others = {table: [row] for table, row in ROWS.items() if table != "stewards"}
    organisation = read_organisation(written(tmp_path, list(FEATURES), [ROW], **others), CATALOGUE)
    assert organisation.dispatchers == (Dispatcher("dispatcher-1", "示例派单员1", "c"),)
    assert organisation.duties == (DutyEntry("cleaning", "c", Duty.PROPERTY, "示例物业", "示例合同"),)
    (offer,) = organisation.offers
    assert (offer.service, offer.hours) == (ServiceFunction.DELIBERATION_AND_MEDIATION, WORKTIME)
    assert offer.categories == {"neighbour_dispute", "legal_matter"}
    assert (offer.lon, offer.lat, offer.unit) == (1.5, 0.5, "d")


def test_a_subject_is_given_once(tmp_path: Path) -> None:
    assert problems(written(tmp_path, list(FEATURES), [ROW, ROW])) == [
        "stewards.csv:3: subject: steward-1 is already on line 2"
    ]


def test_everything_wrong_in_both_files_is_told_at_once(tmp_path: Path) -> None:
    features = changed(with_property(1, "level", "block"))
    features[3]["properties"]["parent"] = "x"
    folder = written(tmp_path, features, [ROW.replace(",5,", ",0,"), ROW.replace("drainage", "juggling")])
    assert [problem.split(": ")[:2] for problem in problems(folder)] == [
        ["stewards.csv:2", "capacity"],
        ["stewards.csv:3", "skills"],
        ["stewards.csv:3", "subject"],
        ["units.geojson:3", "properties.level"],
        ["units.geojson:5", "parent"],
    ]


def test_what_a_refused_unit_is_named_by_others_is_no_further_problem(tmp_path: Path) -> None:
    folder = written(tmp_path, changed(with_property(1, "name_en", "")), [ROW])
    assert problems(folder) == ["units.geojson:3: properties.name_en: Must not be empty."]


def test_lines_are_right_in_any_layout(tmp_path: Path) -> None:
    folder = written(tmp_path, [], [ROW])
    features = changed(with_property(2, "name_en", ""))
    document = {"type": "FeatureCollection", "about": {"features": [{"a": 1}]}, "features": features}
    text = json.dumps(document, indent=1)
    (folder / "units.geojson").write_text(text, encoding="utf-8")
    line = next(n for n, words in enumerate(text.splitlines(), 1) if '"code": "g"' in words) - 3
    assert text.splitlines()[line - 1] == "  {"
    assert problems(folder) == [f"units.geojson:{line}: properties.name_en: Must not be empty."]


def test_a_border_drawn_by_hand_may_cross_its_parents_a_little(tmp_path: Path) -> None:
    folder = written(tmp_path, changed(with_rings(2, box(-0.01, 0, 2, 2))), [ROW])
    assert len(read_organisation(folder, CATALOGUE).units) == 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"features": [\n{"a": 1},\n{"b" 2}]}', "3: json: Expecting ':' delimiter"),
        ('{"type": "FeatureCollection"}', "1: features: Must be a list of at least one feature."),
        ('{"features": []}', "1: features: Must be a list of at least one feature."),
        ("[]", "1: features: Must be a list of at least one feature."),
    ],
)
def test_a_file_that_is_no_feature_collection_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    folder = written(tmp_path, list(FEATURES), [ROW])
    (folder / "units.geojson").write_text(text, encoding="utf-8")
    assert f"units.geojson:{expected}" in problems(folder)


def test_an_empty_folder_names_every_missing_file(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        "dispatchers.csv:1: file: No such file or directory",
        "duties.csv:1: file: No such file or directory",
        "offers.csv:1: file: No such file or directory",
        "stewards.csv:1: file: No such file or directory",
        "units.geojson:1: file: No such file or directory",
    ]
