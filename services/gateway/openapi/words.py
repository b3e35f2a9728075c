"""The words of the document: what is written in English at the code, in Chinese as well."""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from services.gateway.language.choosing import CHINESE, Language

BOTH = re.compile(r"(?P<zh>[^A-Za-z]*[\u4e00-\u9fff][^A-Za-z]*?) (?P<en>[A-Z].*)", re.DOTALL)
"""How summaries are written: Chinese, then English."""


@cache
def descriptions() -> Mapping[str, str]:
    """English description of a field, a parameter or an answer → Chinese."""
    return {row["en"]: row["zh"] for row in _rows("descriptions.csv")}


@cache
def operations() -> Mapping[str, Mapping[Language, str]]:
    """What an operation does, and what has to be known of it, by its operationId."""
    return {row["operation"]: {"zh": row["zh"], "en": row["en"]} for row in _rows("operations.csv")}


def translate(part: Any, language: Language) -> None:
    """Every description in this part of the document, but those of operations: they have words of their own."""
    if language == CHINESE:
        for one in described(part):
            one["description"] = descriptions().get(one["description"], one["description"])


def described(part: Any) -> Iterator[dict[str, Any]]:
    """Fields, parameters and answers that carry a description."""
    if isinstance(part, dict):
        if isinstance(part.get("description"), str) and "operationId" not in part:
            yield part
        part = [*part.values()]
    if isinstance(part, list):
        for inner in part:
            yield from described(inner)


def summary(text: str, language: Language) -> str:
    found = BOTH.fullmatch(text)
    return found[language] if found else text


def _rows(name: str) -> list[dict[str, str]]:
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines))
