"""The questions of each category as a table that people keep by hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validates_schema

from services.intake.attributes import Attribute, Datatype, Option
from shared.contracts.catalogue import CODE, Category
from shared.contracts.cells import NAME, SEPARATOR, Count, YesNo
from shared.contracts.files import File, InvalidFile, Problem, Row, read_csv, validated

ATTRIBUTES = "attributes.csv"
COLUMNS = tuple(field.name for field in dataclass_fields(Attribute))


class Options(fields.Field[tuple[Option, ...]]):
    """As `off=不亮/Does not light;day=白天常亮/Lit by day`; an empty cell is none."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[Option, ...]:
        options = tuple(_option(text.strip()) for text in SEPARATOR.split(value) if text.strip())
        if len({option.key for option in options}) < len(options):
            raise ValidationError("Every key once.")
        return options


def _option(text: str) -> Option:
    key, _, names = text.partition("=")
    name_zh, _, name_en = names.partition("/")
    if not (key.strip() and name_zh.strip() and name_en.strip()):
        raise ValidationError(f"{text!r} is not key=中文/English.")
    return Option(key.strip(), name_zh.strip(), name_en.strip())


class AttributeSchema(Schema):
    category = fields.String(required=True)
    code = fields.String(required=True, validate=CODE)
    datatype = fields.Enum(Datatype, by_value=True, required=True)
    required = YesNo(required=True)
    order = Count(required=True)
    question_zh = fields.String(required=True, validate=NAME)
    question_en = fields.String(required=True, validate=NAME)
    hint_zh = fields.String(required=True)
    hint_en = fields.String(required=True)
    values = Options(required=True)
    variable = YesNo(required=True)

    @validates_schema
    def fits_together(self, data: dict[str, Any], **_: Any) -> None:
        if data["order"] is None:
            raise ValidationError({"order": ["Must be a whole number from 1."]})
        if data["datatype"].is_list != bool(data["values"]):
            raise ValidationError({"values": ["A list has some, and nothing else has any."]})
        if data["required"] and not data["variable"]:
            raise ValidationError({"required": ["What is only read cannot be required."]})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Attribute:
        return Attribute(**data)


def read_attributes(file: File, catalogue: Mapping[str, Category]) -> Mapping[str, tuple[Attribute, ...]]:
    """The questions by category, each in its order. Raises InvalidFile naming every bad row."""
    rows, problems = read_csv(file, COLUMNS)
    asked, bad_rows = validated(rows, AttributeSchema())
    problems += bad_rows + list(_unknown(asked, catalogue)) + list(_repeated(asked))
    if problems:
        raise InvalidFile(problems)
    ordered = sorted((attribute for _, attribute in asked), key=lambda attribute: attribute.order)
    return {code: tuple(each for each in ordered if each.category == code) for code in catalogue}


def _unknown(asked: Iterable[tuple[Row, Attribute]], catalogue: Mapping[str, Category]) -> Iterator[Problem]:
    for row, attribute in asked:
        if attribute.category not in catalogue:
            yield row.problem("category", f"{attribute.category} is not in the catalogue")


def _repeated(asked: Iterable[tuple[Row, Attribute]]) -> Iterator[Problem]:
    """A category asks nothing twice, and no two things at the same place."""
    seen: set[tuple[str, str, object]] = set()
    for row, attribute in asked:
        for field in ("code", "order"):
            key = (attribute.category, field, getattr(attribute, field))
            if key in seen:
                yield row.problem(field, f"{key[2]} is there twice for {attribute.category}")
            seen.add(key)
