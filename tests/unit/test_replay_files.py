"""Foreign files as reports: encodings, kinds of file, columns, categories, and rows that cannot be sent."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from shared.contracts.files import InvalidFile
from steward.replay.categories import CategoryNames, read_category_map
from steward.replay.columns import Columns, Submission
from steward.replay.submissions import read_submissions
from tests.support.district import CATALOGUE

NAMES = CategoryNames(CATALOGUE)
CSV_ZH = (
    "标题,内容,类别,经度,纬度,地址,姓名,电话\n井盖,东门井盖松动,管网堵塞,119.01,25.43,示例路1号,示例居民,13800000000\n"
)


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def jsonl(path: Path, *rows: dict[str, Any]) -> Path:
    return written(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def read(path: Path, **columns: Any) -> list[Submission]:
    submissions, problems = read_submissions(path, Columns(NAMES, **columns))
    assert problems == []
    return submissions


def problems_of(path: Path, **columns: Any) -> list[str]:
    submissions, problems = read_submissions(path, Columns(NAMES, **columns))
    assert submissions == []
    return [str(problem) for problem in problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_with_chinese_headers_is_read_in_any_of_its_encodings(tmp_path: Path, encoding: str) -> None:
    (submission,) = read(written(tmp_path / "reports.csv", CSV_ZH, encoding), datum="GCJ-02")
    assert submission.line == 2
    assert submission.body == {
        "text": "东门井盖松动",
        "subject": "井盖",
        "category": "blocked_pipes",
        "position": {"lon": 119.01, "lat": 25.43, "datum": "GCJ-02"},
        "address": "示例路1号",
        "contact_name": "示例居民",
        "contact_phone": "13800000000",
        "channel": "import",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_one_broken_line_spoils_no_other(tmp_path: Path, encoding: str) -> None:
    good = [json.dumps({"text": f"第{number}盏路灯不亮"}, ensure_ascii=False).encode(encoding) for number in range(6)]
    broken = '{"text": "路灯'.encode(encoding) + b'\xff\xff"}'
    path = written(tmp_path / "reports.jsonl", b"\n".join([*good[:3], broken, *good[3:]]))
    submissions, problems = read_submissions(path, Columns(NAMES))
    assert [submission.body["text"] for submission in submissions] == [f"第{number}盏路灯不亮" for number in range(6)]
    assert [(problem.line, problem.field) for problem in problems] == [(4, "text")]


def test_a_sheet_is_read_with_its_numbers_and_dates(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active
    book.active.append(["内容", "电话", "经度", "纬度", "用户"])
    book.active.append(["路灯不亮", 13800000000, 119.01, 25.43, datetime(2026, 3, 1)])
    book.active.append([None, None, None, None, None])
    book.active.append(["井盖松动", None, None, None, "示例用户"])
    book.save(tmp_path / "reports.xlsx")
    first, second = read(tmp_path / "reports.xlsx", datum="WGS-84")
    assert (first.line, first.user) == (2, "2026-03-01T00:00:00")
    assert first.body["contact_phone"] == "13800000000"
    assert first.body["position"] == {"lon": 119.01, "lat": 25.43, "datum": "WGS-84"}
    assert (second.line, second.user, second.body) == (4, "示例用户", {"text": "井盖松动", "channel": "import"})


def test_a_quoted_cell_may_hold_line_breaks_and_its_row_is_named_by_its_first_line(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.csv", 'text,address\n"one\ntwo",here\nthree,there\n')
    assert [(one.line, one.body["text"]) for one in read(path)] == [(2, "one\ntwo"), (4, "three")]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_other_delimiters_are_seen_in_the_header(tmp_path: Path, delimiter: str) -> None:
    path = written(tmp_path / "reports.csv", f"text{delimiter}address\na lamp, broken{delimiter}here\n")
    assert read(path)[0].body == {"text": "a lamp, broken", "address": "here", "channel": "import"}


def test_the_sample_district_is_read_as_it_is(tmp_path: Path) -> None:
    position = {"lon": 119.01, "lat": 25.43, "datum": "GCJ-02"}
    sample = {"user": "sample-resident-1", "text": "井盖松动", "position": position, "channel": "door"}
    (submission,) = read(jsonl(tmp_path / "reports.jsonl", sample))
    assert submission.user == "sample-resident-1"
    assert submission.body == {"text": "井盖松动", "position": position, "channel": "door"}


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "reports.jsonl", {"what": "a lamp", "text": "not this", "Who": "sample-1"})
    (submission,) = read(path, given={"text": "what", "user": "who"})
    assert (submission.body["text"], submission.user) == ("a lamp", "sample-1")


def test_a_named_column_that_no_row_has_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "reports.jsonl", {"text": "a lamp"})
    with pytest.raises(InvalidFile, match="what: no row has this column"):
        read(path, given={"subject": "what"})


def test_without_text_the_subject_is_sent(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.csv", "text,descriptor\n,Laborer\n")
    assert read(path)[0].body["text"] == "Laborer"


def test_where_only_the_kind_of_trouble_is_named_that_is_what_is_sent(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.csv", "category,descriptor\nNoise Report,\n")
    body = read(path)[0].body
    assert (body["text"], "category" in body) == ("Noise Report", False)


@pytest.mark.parametrize(("lon", "lat"), [("0", "0.0"), ("", ""), ("119.01", ""), ("", "25.43")])
def test_no_position_is_no_error(tmp_path: Path, lon: str, lat: str) -> None:
    path = written(tmp_path / "reports.csv", f"text,longitude,latitude\na lamp,{lon},{lat}\n")
    assert "position" not in read(path, datum="WGS-84")[0].body


def test_the_reply_of_the_time_becomes_the_answer(tmp_path: Path) -> None:
    long, none = read(jsonl(tmp_path / "a.jsonl", {"text": "a", "reply": "答" * 6000}, {"text": "b", "reply": None}))
    assert (long.answer, none.answer) == ("答" * 5000, None)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"text": " "}, "reports.jsonl:1: text: Must not be blank."),
        ({"subject": ""}, "reports.jsonl:1: text: Must not be blank."),
        ({"text": ["a"]}, "reports.jsonl:1: text: Must be text or a number."),
        ({"text": "a" * 5001}, "reports.jsonl:1: text: Longer than maximum length 5000."),
        ({"text": "a", "lon": "east", "lat": 1}, "reports.jsonl:1: position: Must be degrees."),
        ({"text": "a", "lon": "nan", "lat": 1, "datum": "WGS-84"}, "reports.jsonl:1: position.lon: "),
        ({"text": "a", "lon": 119, "lat": 25}, "reports.jsonl:1: position.datum: Say in which datum"),
        ({"text": "a", "lon": 119, "lat": 95, "datum": "WGS-84"}, "reports.jsonl:1: position.lat: "),
        ({"text": "a", "phone": "none"}, "reports.jsonl:1: contact_phone: "),
    ],
)
def test_a_row_that_cannot_be_sent_says_why(tmp_path: Path, row: dict[str, Any], complaint: str) -> None:
    (problem,) = problems_of(jsonl(tmp_path / "reports.jsonl", row))
    assert problem.startswith(complaint)


def test_lines_that_are_no_rows_are_named_and_the_others_read(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.jsonl", '{"text": "a"}\nnot json\n\n[1]\n{"text": "b"}\n')
    submissions, problems = read_submissions(path, Columns(NAMES))
    assert [submission.line for submission in submissions] == [1, 5]
    assert [problem.line for problem in problems] == [2, 4]


def test_a_row_of_a_table_must_fit_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "reports.csv", "text,address\na,b,c\n")
    assert problems_of(path) == ["reports.csv:2: row: 3 cells, the header has 2."]


def test_the_limit_counts_rows_good_or_bad(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "reports.jsonl", {"text": "a"}, {"text": ""}, {"text": "c"})
    submissions, problems = read_submissions(path, Columns(NAMES), limit=2)
    assert (len(submissions), len(problems)) == (1, 1)


@pytest.mark.parametrize("name", ["reports.txt", "reports.xlsx"])
def test_a_file_that_is_none_of_these_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidFile, match=name):
        read(written(tmp_path / name, "text"))


@pytest.mark.parametrize("name", ["路灯", "street_lights", "STREET LIGHTS"])
def test_a_category_goes_by_its_code_or_either_name(name: str) -> None:
    assert NAMES.code_of(name) == "street_lights"


def test_an_unknown_category_is_left_to_a_dispatcher_or_to_the_default() -> None:
    names = CategoryNames(CATALOGUE, {"Graffiti": "cleaning"}, "other")
    assert (NAMES.code_of("Graffiti"), NAMES.code_of(None)) == (None, None)
    assert [names.code_of(name) for name in ("graffiti", "Glazier", None)] == ["cleaning", "other", "other"]


def test_a_dispatcher_goes_by_the_words() -> None:
    assert NAMES.guess("路灯不亮，晚上照明全靠手机") == "street_lights"
    assert NAMES.guess("没有线索") == "other"


def test_the_category_map_is_checked_against_the_catalogue(tmp_path: Path) -> None:
    good = written(tmp_path / "map.csv", "theirs,ours\nGraffiti,cleaning\n")
    bad = written(tmp_path / "bad.csv", "theirs,ours\nGraffiti,paint\n")
    assert read_category_map(good, CATALOGUE) == {"Graffiti": "cleaning"}
    with pytest.raises(InvalidFile, match=r"bad.csv:2: ours: paint is not in the catalogue"):
        read_category_map(bad, CATALOGUE)
