"""Lists that were kept offline: read whatever they are, and all that is wrong told before anything is done."""

import io
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from services.gateway.imports.checking import CheckedList, check
from services.gateway.imports.reading import MOST, UNPACKED, read_rows
from shared.contracts.report_columns import codes_by_name
from shared.kernel.errors import Invalid
from tests.support.district import CATALOGUE

CODES = codes_by_name((one.code, one.name_zh, one.name_en) for one in CATALOGUE.values())
HEADINGS = ["序号", "内容", "类别", "经度", "纬度", "坐标系", "姓名", "电话", "同意"]
GOOD = ["1", "楼道灯不亮", "路灯", "119.01", "25.43", "GCJ-02", "示例居民", "138 0000 0000", "是"]


def csv(*rows: list[str], headings: list[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    return "".join(",".join(row) + "\r\n" for row in (headings, *rows)).encode(encoding)


def changed(**cells: str) -> list[str]:
    """The good row, but for these."""
    return [cells.get(heading, cell) for heading, cell in zip(HEADINGS, GOOD, strict=True)]


def workbook(*rows: list[Any]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    assert book.active
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def checked(content: bytes) -> CheckedList:
    return check(read_rows(content), CODES)


def complaints(content: bytes) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        checked(content)
    return refused.value.errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_report_on_behalf_of_a_resident(encoding: str) -> None:
    found = checked(csv(GOOD, encoding=encoding))
    assert [entry.row for entry in found.entries] == [2]
    assert found.entries[0].body == {
        "text": "楼道灯不亮",
        "category": "street_lights",
        "position": {"lon": 119.01, "lat": 25.43, "datum": "GCJ-02"},
        "channel": "import",
        "on_behalf_of": {"name": "示例居民", "phone": "138 0000 0000", "consent": True},
    }
    assert found.ignored == ["序号"]


def test_a_workbook_is_known_by_its_content_and_its_numbers_are_phones() -> None:
    found = checked(workbook(["name", "Text", "phone", "consent"], ["示例居民", "井盖松动", 13800000000, True]))
    assert found.entries[0].body["on_behalf_of"] == {"name": "示例居民", "phone": "13800000000", "consent": True}


def test_all_that_is_wrong_is_told_by_line_and_heading() -> None:
    bad = changed(内容="", 类别="不存在", 经度="东", 姓名="", 电话="138", 同意="否")
    assert set(complaints(csv(GOOD, bad, changed(坐标系=""), ["1", "少了几格"]))) == {
        *(f"3.{heading}" for heading in ("内容", "类别", "经度", "姓名", "电话", "同意")),
        "4.坐标系",
        "5.row",
    }


def test_a_cell_in_another_encoding_is_not_guessed() -> None:
    broken = csv(GOOD, GOOD).removesuffix("是\r\n".encode()) + b"\xff\r\n"
    assert complaints(broken) == {"3.同意": ["Has bytes that are not of the file's encoding."]}


def test_a_list_without_a_column_that_every_report_needs_is_refused_once() -> None:
    assert set(complaints(csv(*[["1", "路灯不亮"]] * 3, headings=["序号", "内容"]))) == {"contact_name", "consent"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        csv(),
        workbook(HEADINGS),
        csv(*[GOOD] * (MOST + 1)),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
        b"PK\x03\x04 and nothing more",
        workbook(HEADINGS, GOOD)[:-200],
    ],
    ids=["empty", "only a header", "an empty sheet", "too long", "an older workbook", "no archive", "cut off"],
)
def test_what_is_no_list_changes_nothing(content: bytes) -> None:
    assert set(complaints(content)) == {"file"}


def test_an_archive_that_is_no_workbook_is_no_list() -> None:
    assert complaints(archive(b"<a/>")) == {"file": ["Send a table: CSV in UTF-8 or GB 18030, or XLSX."]}


def test_a_bomb_is_not_unpacked() -> None:
    bomb = archive(bytes(UNPACKED + 1))
    assert len(bomb) < UNPACKED / 100
    assert complaints(bomb)["file"][0].startswith("Unpacked it is larger")


def test_a_list_may_be_as_long_as_is_said() -> None:
    assert len(checked(csv(*[GOOD] * MOST)).entries) == MOST


def archive(sheet: bytes) -> bytes:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", sheet)
    return content.getvalue()
