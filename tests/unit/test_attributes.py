"""What a category asks beside the words: the table that people keep, and which answers will do."""

from pathlib import Path

import pytest

from services.intake.attributes import answers
from services.intake.attributes_file import COLUMNS, read_attributes
from shared.contracts.files import InvalidFile
from shared.kernel.errors import Invalid
from tests.support.district import CATALOGUE, INTAKE_RULEBOOK

LAMP = INTAKE_RULEBOOK.attributes["street_lights"]
PARKING = INTAKE_RULEBOOK.attributes["disorderly_parking"]
GOOD = {
    "category": "cleaning",
    "code": "where",
    "datatype": "singlevaluelist",
    "required": "yes",
    "order": "1",
    "question_zh": "示例",
    "question_en": "Sample",
    "hint_zh": "",
    "hint_en": "",
    "values": "stairs=楼道/Stairs;yard=院子/Yard",
    "variable": "yes",
}


def refused(given: dict[str, list[str]], complete: bool = True) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as error:
        answers(LAMP, given, complete=complete)
    return error.value.errors


def table(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "attributes.csv"
    file.write_text("\n".join([",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)]))
    return file


def problems(folder: Path, *rows: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidFile) as error:
        read_attributes(table(folder, *rows), CATALOGUE)
    return [problem.field for problem in error.value.problems]


def test_answers_are_kept_as_texts_and_several_as_a_list() -> None:
    given = {"fault": ["off"], "lamps": [" 3 "], "since": ["2026-03-01T20:00:00+08:00"], "post_number": [""]}
    assert answers(LAMP, given, complete=True) == {"fault": "off", "lamps": "3", "since": given["since"][0]}
    assert answers(PARKING, {"blocks": ["ramp", "entrance"]}, complete=True) == {"blocks": ["ramp", "entrance"]}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "fault"),
        ({"fault": [" "]}, "fault"),
        ({"fault": ["off", "day"]}, "fault"),
        ({"fault": ["不亮"]}, "fault"),
        ({"fault": ["off"], "lamps": ["three"]}, "lamps"),
        ({"fault": ["off"], "lamps": ["NaN"]}, "lamps"),
        ({"fault": ["off"], "since": ["yesterday"]}, "since"),
        ({"fault": ["off"], "since": ["2026-03-01T20:00:00"]}, "since"),
        ({"fault": ["off"], "post_number": ["1\n2"]}, "post_number"),
        ({"fault": ["off"], "colour": ["red"]}, "colour"),
    ],
)
def test_an_answer_that_will_not_do_is_named(given: dict[str, list[str]], field: str) -> None:
    assert list(refused(given)) == [f"attributes.{field}"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert refused({"lamps": ["x"], "since": ["x"]}).keys() == {f"attributes.{x}" for x in ("fault", "lamps", "since")}


def test_what_is_required_may_be_missing_where_nobody_showed_the_question() -> None:
    assert answers(LAMP, {}, complete=False) == {}
    assert list(refused({"fault": ["?"]}, complete=False)) == ["attributes.fault"]


def test_what_is_only_read_takes_no_answer() -> None:
    with pytest.raises(Invalid):
        answers(PARKING, {"notice": ["示例"]}, complete=True)


def test_the_questions_come_in_their_order(tmp_path: Path) -> None:
    second, first = GOOD | {"code": "b", "order": "2"}, GOOD | {"code": "a"}
    read = read_attributes(table(tmp_path, second, first), CATALOGUE)
    assert [attribute.code for attribute in read["cleaning"]] == ["a", "b"]
    assert [option.name_en for option in read["cleaning"][0].values] == ["Stairs", "Yard"]
    assert read["rubbish_heap"] == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "unheard_of"}, "category"),
        ({"code": "Where?"}, "code"),
        ({"datatype": "colour"}, "datatype"),
        ({"order": ""}, "order"),
        ({"order": "0"}, "order"),
        ({"question_zh": ""}, "question_zh"),
        ({"values": ""}, "values"),
        ({"values": "stairs"}, "values"),
        ({"values": "a=甲/A;a=乙/B"}, "values"),
        ({"datatype": "string"}, "values"),
        ({"variable": "no"}, "required"),
    ],
)
def test_a_bad_row_is_refused_by_its_field(tmp_path: Path, changes: dict[str, str], field: str) -> None:
    assert problems(tmp_path, GOOD | changes) == [field]


def test_neither_a_code_nor_a_place_is_given_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD, GOOD | {"order": "2"}) == ["code"]
    assert problems(tmp_path, GOOD, GOOD | {"code": "other"}) == ["order"]
    assert len(read_attributes(table(tmp_path, GOOD, GOOD | {"category": "rubbish_heap"}), CATALOGUE)["cleaning"]) == 1
