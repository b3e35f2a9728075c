"""What is asked beside the words of a report, by category: the questions, and whether the answers will do.

As in a service definition of Open311 GeoReport v2: six data types, some required, some only to be read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.kernel.errors import Invalid

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


class Datatype(StrEnum):
    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTIPLE = "multivaluelist"

    @property
    def is_list(self) -> bool:
        return self in (Datatype.SINGLE, Datatype.MULTIPLE)


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question. `values` are the options of a list; what is not `variable` is read and not answered."""

    category: str
    code: str
    datatype: Datatype
    required: bool
    order: int
    question_zh: str
    question_en: str
    hint_zh: str
    hint_en: str
    values: tuple[Option, ...]
    variable: bool


def answers(
    asked: Iterable[Attribute], given: Mapping[str, Sequence[str]], *, complete: bool
) -> dict[str, str | list[str]]:
    """The answers as they are kept: a text each, of a `multivaluelist` a list. Blank ones are none.

    `complete`: nothing that is required may be missing. Raises Invalid, naming every attribute that will not do.
    """
    questions = {attribute.code: attribute for attribute in asked if attribute.variable}
    said = {code: [value.strip() for value in values if value.strip()] for code, values in given.items()}
    wrong = dict(_complaints(questions, said, complete))
    if wrong:
        raise Invalid({f"attributes.{code}": [complaint] for code, complaint in wrong.items()})
    return {
        code: values if questions[code].datatype is Datatype.MULTIPLE else values[0]
        for code, values in said.items()
        if values
    }


def _complaints(
    questions: Mapping[str, Attribute], said: Mapping[str, Sequence[str]], complete: bool
) -> Iterator[tuple[str, str]]:
    for code in said.keys() - questions.keys():
        yield code, "This category asks nothing of that name."
    for code, attribute in questions.items():
        values = said.get(code, ())
        if not values and attribute.required and complete:
            yield code, "An answer is required."
        if complaint := _complaint(attribute, values):
            yield code, complaint


def _complaint(attribute: Attribute, values: Sequence[str]) -> str | None:
    """What is wrong with the values, if anything is."""
    if len(values) > 1 and attribute.datatype is not Datatype.MULTIPLE:
        return "Give one answer."
    return next((complaint for value in values if (complaint := _unfit(attribute, value))), None)


def _unfit(attribute: Attribute, value: str) -> str | None:
    match attribute.datatype:
        case Datatype.STRING if len(value.splitlines()) > 1:
            return "Must be one line."
        case Datatype.NUMBER if not NUMBER.fullmatch(value):
            return "Must be a number."
        case Datatype.DATETIME if not _is_moment(value):
            return "Must be a moment like 2026-03-01T20:00:00+08:00."
        case Datatype.SINGLE | Datatype.MULTIPLE if value not in (keys := [option.key for option in attribute.values]):
            return f"One of {', '.join(keys)}."
    return None


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
