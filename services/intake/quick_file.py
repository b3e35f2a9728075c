"""The choices of couriers as a table that people keep by hand."""

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from services.intake.quick import Choices, QuickChoice
from shared.contracts.catalogue import CODE, Category
from shared.contracts.cells import NAME
from shared.contracts.fields import NAME_LIMIT
from shared.contracts.files import File, InvalidFile, Problem, read_csv, repeated, validated

QUICK = "quick.csv"
COLUMNS = tuple(field.name for field in dataclass_fields(QuickChoice))
MOST = 12
"""As many as a thumb finds on one screen without looking for them."""
LABEL = (NAME, validate.Length(max=NAME_LIMIT))


class ChoiceSchema(Schema):
    code = fields.String(required=True, validate=CODE)
    category = fields.String(required=True)
    label_zh = fields.String(required=True, validate=LABEL)
    label_en = fields.String(required=True, validate=LABEL)
    icon = fields.String(required=True, validate=CODE)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> QuickChoice:
        return QuickChoice(**data)


def read_quick(file: File, catalogue: Mapping[str, Category]) -> Choices:
    """The choices in the order of the file. Raises InvalidFile naming every bad row."""
    rows, problems = read_csv(file, COLUMNS)
    choices, bad_rows = validated(rows, ChoiceSchema())
    problems += bad_rows + repeated(rows, "code")
    problems += [
        row.problem("category", f"{choice.category} is not in the catalogue")
        for row, choice in choices
        if choice.category not in catalogue
    ]
    problems += [Problem(file.name, row.line, "row", f"is one of more than {MOST}") for row in rows[MOST:]]
    if problems:
        raise InvalidFile(problems)
    return MappingProxyType({choice.code: choice for _, choice in choices})
