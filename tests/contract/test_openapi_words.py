"""The document is whole: every operation is named, described, answered and exemplified, in Chinese and in English."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

import services.gateway.openapi
from services.gateway.app import create_app
from services.gateway.language.choosing import LANGUAGES
from services.gateway.openapi.document import operations_of, parameters_of
from services.gateway.openapi.values import EXAMPLES
from services.gateway.openapi.words import described, descriptions, operations
from shared.runtime.calls import Calls
from tests.support.settings import SETTINGS

HAN = re.compile(r"[\u4e00-\u9fff]")
CLIENT = create_app(SETTINGS, Calls()).test_client()
DOCUMENTS = {one: CLIENT.get(f"/openapi.{one}.json").get_json() for one in LANGUAGES}
ENGLISH, CHINESE = DOCUMENTS["en"], DOCUMENTS["zh"]
OPERATIONS = {operation["operationId"]: operation for _, _, operation in operations_of(ENGLISH)}
WORDS = {"summary", "description", "title", "tags", "example"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_valid_openapi_3_1_in_either_language(language: str) -> None:
    assert DOCUMENTS[language]["openapi"] == "3.1.0"
    validate(DOCUMENTS[language])


def test_both_say_the_same_of_everything_but_words() -> None:
    assert wordless(CHINESE) == wordless(ENGLISH)


@pytest.mark.parametrize(("asked", "answered"), [("", "zh"), ("en-US", "en"), ("zh-TW", "zh")])
def test_it_comes_in_the_language_of_the_caller(asked: str, answered: str) -> None:
    answer = CLIENT.get("/openapi.json", headers={"Accept-Language": asked})
    assert answer.get_json() == DOCUMENTS[answered]
    assert answer.headers["Vary"] == "Accept-Language"
    assert answer.headers["Content-Language"][:2] == answered


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_words(name: str) -> None:
    row = operations().get(name)
    assert row, f"describe {name} in services/gateway/openapi/operations.csv"
    assert HAN.search(row["zh"])
    assert not HAN.search(row["en"])


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_summary() -> None:
    assert len(OPERATIONS) == len(list(operations_of(ENGLISH)))
    for language, document in DOCUMENTS.items():
        headings = {tag["name"] for tag in document["tags"]}
        for path, method, operation in operations_of(document):
            assert set(operation["tags"]) <= headings
            assert bool(HAN.search(operation["summary"])) == (language == "zh"), f"{method} {path}: write 中文 English"


def test_every_description_of_the_chinese_document_is_chinese() -> None:
    foreign = {one["description"] for one in described(CHINESE) if not HAN.search(one["description"])}
    assert foreign == set(), "add rows to services/gateway/openapi/descriptions.csv"


def test_no_row_of_words_is_left_over() -> None:
    said = {one["description"] for one in described(ENGLISH)}
    assert descriptions().keys() <= said
    assert operations().keys() == OPERATIONS.keys()


@pytest.mark.parametrize("name", ["descriptions.csv", "operations.csv"])
def test_a_row_has_as_many_cells_as_there_are_columns(name: str) -> None:
    header, *rows = csv.reader((Path(services.gateway.openapi.__file__).parent / name).read_text().splitlines())
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_body_has_an_example_that_its_schema_allows(name: str) -> None:
    for content in bodies_of(OPERATIONS[name]):
        complaints = [error.message for error in validator(content["schema"]).iter_errors(content["example"])]
        assert complaints == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_parameter_is_described_and_its_example_is_allowed(language: str) -> None:
    for parameter in parameters_of(DOCUMENTS[language]):
        assert parameter.get("description"), parameter
        if "example" in parameter:
            validator(parameter["schema"]).validate(parameter["example"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_is_exemplified_in_the_language(language: str) -> None:
    for status, answer in DOCUMENTS[language]["components"]["responses"].items():
        content = answer["content"]["application/problem+json"]
        validator(content["schema"]).validate(content["example"])
        assert f"Problem{content['example']['status']}" == status
        assert bool(HAN.search(content["example"]["detail"])) == (language == "zh")


def test_no_example_is_left_over() -> None:
    fields = {(name, field) for name, schema in ENGLISH["components"]["schemas"].items() for field in fields_of(schema)}
    known = {field for _, field in fields} | {f"{name}.{field}" for name, field in fields}
    known |= {parameter["name"] for parameter in parameters_of(ENGLISH)}
    assert EXAMPLES.keys() - known == set()


def test_every_operation_says_how_it_refuses() -> None:
    for path, method, operation in operations_of(ENGLISH):
        statuses = {int(status) for status in operation["responses"]}
        assert any(status < 300 for status in statuses)
        assert {429, 503} <= statuses
        assert ({401, 403} <= statuses) == bool(operation.get("security")), path
        if "requestBody" in operation:
            assert {400, 413, 415, 422} <= statuses, path
        if "{case_id}" in path and method == "post":
            assert {404, 409, 410} <= statuses, path
        for status in (one for one in statuses if one >= 400):
            assert operation["responses"][str(status)] == {"$ref": f"#/components/responses/Problem{status}"}


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """With the components of the document at hand, for references."""
    return Draft202012Validator({**schema, "components": ENGLISH["components"]}, format_checker=FormatChecker())


def bodies_of(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        for kind, content in part.get("content", {}).items():
            if kind == "application/json":
                yield content


def fields_of(schema: dict[str, Any]) -> Iterator[str]:
    for field, inner in schema.get("properties", {}).items():
        yield field
        yield from fields_of(inner.get("items", {}))


def wordless(part: Any) -> Any:
    match part:
        case dict():
            return {name: wordless(inner) for name, inner in part.items() if name not in WORDS}
        case list():
            return [wordless(inner) for inner in part]
    return part
