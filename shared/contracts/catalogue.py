"""The catalogue of categories: what residents may report, who can serve it, and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from shared.contracts.cells import NAME, Count, TimeLimit, WordList, YesNo
from shared.contracts.files import File, InvalidFile, read_csv, repeated, validated
from shared.kernel.limits import Limit

CATEGORIES = "categories.csv"


class Kind(StrEnum):
    INCIDENT = "incident"
    DISPUTE = "dispute"
    WISH = "wish"
    PROJECT = "project"


class Evidence(StrEnum):
    """Which pictures a completed order has to carry."""

    NONE = "none"
    AFTER = "after"
    BEFORE_AND_AFTER = "before_after"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of when each picture has to be."""
        return () if self is Evidence.NONE else tuple(self.value.split("_"))


class Duty(StrEnum):
    """Whose job it is, in the first place, that such trouble does not arise."""

    PROPERTY = "property"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"
    VOLUNTEERS = "volunteers"


@dataclass(frozen=True, slots=True)
class Category:
    """`skills`: a steward must have all of them. `family`: of categories that residents mistake for one another.

    `accept_limit` is until somebody has accepted the order, `limit` until it is done. Two reports of a
    family, within the radius (metres) and as many days of each other, may be about the same thing.
    A category that is not `offered` any more stays for the cases that have it.
    """

    code: str
    name_zh: str
    name_en: str
    kind: Kind
    family: str
    keywords: tuple[str, ...]
    skills: frozenset[str]
    accept_limit: Limit | None
    limit: Limit | None
    urgent: bool
    verification: bool
    evidence: Evidence
    duty: Duty
    duplicate_radius: int | None
    duplicate_days: int | None
    offered: bool


COLUMNS = tuple(field.name for field in dataclass_fields(Category))
CODE = validate.Regexp(r"^[a-z][a-z0-9_]*$", error="Must be lower case letters, digits and _.")


class CategorySchema(Schema):
    code = fields.String(required=True, validate=CODE)
    name_zh = fields.String(required=True, validate=NAME)
    name_en = fields.String(required=True, validate=NAME)
    kind = fields.Enum(Kind, by_value=True, required=True)
    family = fields.String(required=True, validate=CODE)
    keywords = WordList(fields.String(), required=True)
    skills = WordList(fields.String(validate=CODE), required=True)
    accept_limit = TimeLimit(required=True)
    limit = TimeLimit(required=True)
    urgent = YesNo(required=True)
    verification = YesNo(required=True)
    evidence = fields.Enum(Evidence, by_value=True, required=True)
    duty = fields.Enum(Duty, by_value=True, required=True)
    duplicate_radius = Count(required=True)
    duplicate_days = Count(required=True)
    offered = YesNo(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Category:
        return Category(
            **data
            | {
                "keywords": tuple(data["keywords"]),
                "skills": frozenset(data["skills"]),
            }
        )


def load_catalogue(file: File) -> Mapping[str, Category]:
    """The categories by code, in the order of the file. Raises InvalidFile naming every bad row."""
    rows, problems = read_csv(file, COLUMNS)
    categories, bad_rows = validated(rows, CategorySchema())
    problems += bad_rows + repeated(rows, "code")
    if problems:
        raise InvalidFile(problems)
    return MappingProxyType({category.code: category for _, category in categories})


def offered(catalogue: Mapping[str, Category]) -> list[Category]:
    """What may be reported now, in the order of the file."""
    return [category for category in catalogue.values() if category.offered]


def skills_of(catalogue: Mapping[str, Category]) -> frozenset[str]:
    """Every skill that some category asks for."""
    return frozenset().union(*(category.skills for category in catalogue.values()))
