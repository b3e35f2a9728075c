"""Rulebooks: what a service reads from its rule files, and how several bad ones are refused together."""

from collections.abc import Mapping

import pytest

from shared.contracts.catalogue import CATEGORIES, load_catalogue
from shared.contracts.files import File, InvalidFile, Problem, read_column, read_text
from shared.contracts.rulebooks import reading
from shared.runtime.rule_files import StoredFile
from steward.stack.rules import SERVICE_RULES, SHIPPED, ServiceRules, read_folder

SHIPPED_FILES = read_folder(SHIPPED)


def stored(**texts: str) -> dict[str, File]:
    return {name: StoredFile(name, text.encode()) for name, text in texts.items()}


def number(file: File) -> int:
    if not (text := read_text(file)).isdecimal():
        raise InvalidFile([Problem(file.name, 1, "number", f"{text} is none")])
    return int(text)


def number_below(file: File, limit: int) -> int:
    if number(file) >= limit:
        raise InvalidFile([Problem(file.name, 1, "number", f"not below {limit}")])
    return number(file)


def read(files: Mapping[str, File]) -> tuple[int, int, int]:
    with reading(files) as read:
        return read("first", number), (limit := read("limit", number)), read("second", number_below, limit)


def problems(files: Mapping[str, File]) -> list[str]:
    with pytest.raises(InvalidFile) as refused:
        read(files)
    return [str(problem) for problem in refused.value.problems]


def test_several_files_are_read_in_one_block() -> None:
    assert read(stored(first="1", limit="9", second="2")) == (1, 9, 2)


def test_the_problems_of_several_files_are_reported_together() -> None:
    assert problems(stored(first="x", limit="9", second="10")) == [
        "first:1: number: x is none",
        "second:1: number: not below 9",
    ]


def test_what_needs_a_refused_file_is_not_blamed_for_it() -> None:
    assert problems(stored(first="1", limit="x", second="2")) == ["limit:1: number: x is none"]


def test_a_file_that_is_missing_is_a_problem_like_any_other() -> None:
    assert problems(stored(first="x", limit="9")) == ["first:1: number: x is none", "second:1: file: is missing"]


@pytest.mark.parametrize("rules", SERVICE_RULES, ids=lambda rules: rules.service)
def test_the_shipped_files_are_a_rulebook_of_every_service(rules: ServiceRules) -> None:
    assert rules.read(SHIPPED_FILES).catalogue == load_catalogue(SHIPPED / CATEGORIES)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rules", SERVICE_RULES, ids=lambda rules: rules.service)
def test_a_service_reads_every_file_that_it_names_and_no_other(rules: ServiceRules) -> None:
    for name in rules.names:
        with pytest.raises(InvalidFile, match=f"{name}:1: file: is missing"):
            rules.read({other: file for other, file in SHIPPED_FILES.items() if other != name})
    rules.read({name: SHIPPED_FILES[name] for name in rules.names})


def test_one_column_is_read_whatever_the_others_are() -> None:
    table = StoredFile("old.csv", "\ufeffname,code\n甲, first \n\n乙,second\n丙\n".encode())
    assert read_column(table, "code") == {"first", "second"}


@pytest.mark.parametrize("content", [b"", b"\xff\xff", b'"open'])
def test_what_is_no_table_has_no_column(content: bytes) -> None:
    assert read_column(StoredFile("old.csv", content), "code") == set()
