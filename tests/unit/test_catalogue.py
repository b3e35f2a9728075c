"""The catalogue file: what it says, and how a bad one is refused."""

from pathlib import Path

import pytest

from shared.contracts.catalogue import Category, Duty, Evidence, Kind, load_catalogue, skills_of
from shared.contracts.files import InvalidFile
from shared.kernel.limits import Limit

SHIPPED = Path(__file__).parents[2] / "config" / "categories.csv"
HEADER = (
    "code,name_zh,name_en,kind,family,keywords,skills,accept_limit,limit,urgent,verification,evidence,duty,"
    "duplicate_radius,duplicate_days,offered"
)
LIMIT_COMPLAINT = "limit: Must be a number of m(inutes), h(ours), wh (working hours) or wd (working days), or empty."
SEWAGE = "sewage,污水,Sewage,incident,water,污水;臭水,drainage;cleaning,1h,12h,yes,no,before_after,street,200,3,yes"


def written(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "categories.csv"
    path.write_bytes("\n".join([header, *rows]).encode(encoding))
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        load_catalogue(path)
    return [str(problem) for problem in refused.value.problems]


def test_shipped_catalogue_has_every_category_of_the_district() -> None:
    names = [category.name_zh for category in load_catalogue(SHIPPED).values()]
    assert names == [
        "乱停乱放", "飞线充电", "绿化缺损", "垃圾囤积", "污水横流", "管网堵塞", "停车充电", "路灯", "垃圾分类屋",
        "邻里纠纷", "涉法涉诉", "防汛防台风", "环境卫生", "一老一小", "其他", "微心愿",
    ]  # fmt: skip


def test_only_other_and_small_wish_ask_for_no_skill() -> None:
    catalogue = load_catalogue(SHIPPED)
    assert {code for code, category in catalogue.items() if not category.skills} == {"other", "small_wish"}
    assert catalogue["small_wish"].kind is Kind.WISH


def test_no_keyword_of_the_shipped_catalogue_points_to_two_categories() -> None:
    keywords = [keyword for category in load_catalogue(SHIPPED).values() for keyword in category.keywords]
    assert len(keywords) == len(set(keywords))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_category_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    assert load_catalogue(written(tmp_path, SEWAGE, encoding=encoding)) == {
        "sewage": Category(
            code="sewage",
            name_zh="污水",
            name_en="Sewage",
            kind=Kind.INCIDENT,
            family="water",
            keywords=("污水", "臭水"),
            skills=frozenset({"drainage", "cleaning"}),
            accept_limit=Limit(1, "h"),
            limit=Limit(12, "h"),
            urgent=True,
            verification=False,
            evidence=Evidence.BEFORE_AND_AFTER,
            duty=Duty.STREET,
            duplicate_radius=200,
            duplicate_days=3,
            offered=True,
        )
    }


def test_full_width_separators_and_empty_lines_are_taken(tmp_path: Path) -> None:
    catalogue = load_catalogue(written(tmp_path, "", SEWAGE.replace("污水;臭水", "污水； 臭水；"), ",,,,,,,,,,,,,,,"))
    assert catalogue["sewage"].keywords == ("污水", "臭水")


def test_skills_of_is_the_union(tmp_path: Path) -> None:
    lights = SEWAGE.replace("sewage", "lights").replace("drainage;", "lighting;")
    assert skills_of(load_catalogue(written(tmp_path, SEWAGE, lights))) == {"drainage", "cleaning", "lighting"}


@pytest.mark.parametrize("limit", ["30m", "24h", "16wh", "3wd", ""])
def test_limits_that_are_understood(tmp_path: Path, limit: str) -> None:
    catalogue = load_catalogue(written(tmp_path, SEWAGE.replace("12h", limit)))
    assert catalogue["sewage"].limit == (Limit.parse(limit) if limit else None)


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        ("sewage,", "Sewage!,", "code: Must be lower case letters, digits and _."),
        ("污水,Sewage", ",Sewage", "name_zh: Must not be empty."),
        ("incident", "accident", "kind: Must be one of: incident, dispute, wish, project."),
        ("drainage;", "Drainage;", "skills.0: Must be lower case letters, digits and _."),
        ("12h", "0h", LIMIT_COMPLAINT),
        ("12h", "3 days", LIMIT_COMPLAINT),
        ("12h,yes", "12h,true", "urgent: Must be yes or no."),
        (",200,", ",0,", "duplicate_radius: Must be a whole number from 1, or empty."),
        (",water,", ",,", "family: Must be lower case letters, digits and _."),
        ("no,before", "1,before", "verification: Must be yes or no."),
        ("before_after", "before", "evidence: Must be one of: none, after, before_after."),
        ("street", "nobody", "duty: Must be one of: property, community, street, department, volunteers."),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_by_line_and_column(tmp_path: Path, good: str, bad: str, problem: str) -> None:
    assert good in SEWAGE
    good_row = SEWAGE.replace("sewage", "other")
    path = written(tmp_path, good_row, SEWAGE.replace(good, bad))
    assert problems(path) == [f"categories.csv:3: {problem}"]


def test_every_problem_of_the_file_is_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path, SEWAGE.replace("12h,yes", "12h,maybe"), SEWAGE, SEWAGE + ",more", SEWAGE.replace("12h", "x")
    )
    assert [problem.split(": ")[:2] for problem in problems(path)] == [
        ["categories.csv:2", "urgent"],
        ["categories.csv:3", "code"],
        ["categories.csv:4", "row"],
        ["categories.csv:5", "code"],
        ["categories.csv:5", "limit"],
    ]


def test_a_line_number_counts_lines_and_not_records(tmp_path: Path) -> None:
    path = written(tmp_path, SEWAGE.replace("污水,Sewage", '"污\n水",Sewage'), SEWAGE)
    assert problems(path) == ["categories.csv:4: code: sewage is already on line 2"]


def test_a_misspelt_column_is_both_unknown_and_missing(tmp_path: Path) -> None:
    path = written(tmp_path, SEWAGE, header=HEADER.replace(",limit", ",limits"))
    assert problems(path) == [
        "categories.csv:1: limit: column is missing",
        "categories.csv:1: limits: column is unknown",
    ]


def test_an_open_quote_is_reported_where_its_record_begins(tmp_path: Path) -> None:
    path = written(tmp_path, SEWAGE, SEWAGE.replace("污水,Sewage", '"污水,Sewage'))
    assert problems(path) == ["categories.csv:3: row: unexpected end of data"]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "categories.csv"
    path.write_bytes(b"\xff\xff\xff")
    assert problems(path) == ["categories.csv:1: file: is neither UTF-8 nor GB 18030"]


def test_a_missing_file_is_a_problem_like_any_other(tmp_path: Path) -> None:
    assert problems(tmp_path / "categories.csv") == ["categories.csv:1: file: No such file or directory"]


@pytest.mark.parametrize(
    ("evidence", "kinds"),
    [(Evidence.NONE, ()), (Evidence.AFTER, ("after",)), (Evidence.BEFORE_AND_AFTER, ("before", "after"))],
)
def test_evidence_names_the_pictures_it_wants(evidence: Evidence, kinds: tuple[str, ...]) -> None:
    assert evidence.kinds == kinds
