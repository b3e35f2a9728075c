"""The OpenAPI 3.1 document, made whole: what the routes say of themselves, with words, answers and examples."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any

from services.gateway.language.choosing import Language
from services.gateway.openapi import answers
from services.gateway.openapi.examples import Examples
from services.gateway.openapi.parameters import describe
from services.gateway.openapi.tags import TAGS, tag_of
from services.gateway.openapi.values import EXAMPLES
from services.gateway.openapi.words import operations, summary, translate

Document = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
KNOWN_ALREADY = {
    "in": "header",
    "name": "If-None-Match",
    "schema": {"type": "string"},
    "required": False,
    "description": "The ETag of what is known already: then 304, unless it has changed.",
}
NOT_MODIFIED = {"description": "It is as it was."}
NEVER_ANSWERED = ("Error", "PaginationMetadata")
"""Schemas that the library adds for answers of its own."""
TITLE: Mapping[Language, str] = {"zh": "红管家", "en": "Neighbourhood steward"}
ABOUT: Mapping[Language, str] = {
    "zh": "群众上报 → 组织派单 → 红管家服务 → 群众评价。时间一律带时区（RFC 3339）；位置须注明坐标系；"
    "每个写操作附 Idempotency-Key，重复发送不会重复办理；出错时以 problem+json 说明原因和做法。",
    "en": "Residents report, the organisation dispatches, a steward serves, the resident rates. Moments carry their "
    "offset (RFC 3339), positions their datum. Every step takes an Idempotency-Key, so that sending it again does "
    "nothing twice. Refusals are problem+json and say what to do.",
}


def compose(raw: Mapping[str, Any], names: Mapping[tuple[str, str], str], language: Language) -> Document:
    """`raw` as the library makes it of the routes; `names` are operationIds by path and method."""
    document = deepcopy(dict(raw))
    document["info"] |= {"title": TITLE[language], "description": ABOUT[language]}
    document["servers"] = [{"url": "/"}]
    document["tags"] = [{"name": tag.name(language), "description": tag.about(language)} for tag in TAGS]
    parts = document["components"]
    schemas = {name: schema for name, schema in parts["schemas"].items() if name not in NEVER_ANSWERED}
    parts["schemas"] = schemas | {"Problem": deepcopy(answers.PROBLEM)}
    parts["responses"] = answers.components(language)
    for path, method, operation in operations_of(document):
        _name(operation, names[path, method], tag_of(path).name(language), language)
        _answer(operation, answers.refusals(path, method, operation))
        _ask(operation, schemas)
        if method == "get" and "ETag" in operation["responses"]["200"].get("headers", {}):
            _make_conditional(operation)
    _exemplify(document, Examples(schemas))
    translate(document["paths"], language)
    translate(parts, language)
    return document


def operations_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _name(operation: dict[str, Any], name: str, tag: str, language: Language) -> None:
    operation["operationId"] = name
    operation["tags"] = [tag]
    operation["summary"] = summary(operation.get("summary", ""), language)
    if name in operations():
        operation["description"] = operations()[name][language]


def _make_conditional(operation: dict[str, Any]) -> None:
    operation.setdefault("parameters", []).append(deepcopy(KNOWN_ALREADY))
    operation["responses"]["304"] = deepcopy(NOT_MODIFIED)


def _ask(operation: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    """A body in which nothing has to stand may be left out."""
    asked = operation.get("requestBody", {})
    name = asked.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "").rpartition("/")[2]
    if name:
        asked["required"] = bool(schemas[name].get("required"))


def _answer(operation: dict[str, Any], refused: Iterable[int]) -> None:
    good = {status: answer for status, answer in operation["responses"].items() if status[0] in "23"}
    bad = {str(one): {"$ref": f"#/components/responses/{answers.refusal_name(one)}"} for one in refused}
    operation["responses"] = dict(sorted((good | bad).items()))


def _exemplify(document: Document, examples: Examples) -> None:
    """An example for every JSON body that goes in or out, and for parameters where there is one."""
    for _, _, operation in operations_of(document):
        for content in _contents(operation):
            content["example"] = examples.of(content["schema"])
    for parameter in parameters_of(document):
        describe(parameter)
        schema = parameter["schema"]
        if "example" not in schema and parameter["name"] in EXAMPLES:
            parameter["example"] = examples.of(schema, parameter["name"])


def _contents(operation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (operation.get("requestBody", {}), *operation["responses"].values()):
        if content := part.get("content", {}).get("application/json"):
            yield content


def parameters_of(document: Document) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        for part in (item, *(item[method] for method in METHODS if method in item)):
            yield from part.get("parameters", ())
