"""How much each term counts, for each category: a file that the district keeps."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.dispatch.routing.scoring import TERMS, Weighting
from shared.contracts.cells import WordList
from shared.contracts.files import File, InvalidFile, Problem, Row, read_csv, repeated, validated
from shared.kernel.partners import PartnerKind

WEIGHTS = "weights.csv"
ALL = "*"
COLUMNS = ("category", *TERMS, "preferred_kinds")


class _Row(Schema):
    category = fields.String(required=True)
    preferred_kinds = WordList(fields.Enum(PartnerKind, by_value=True), required=True)

    @validates_schema
    def check_sum(self, data: dict[str, Any], **_: Any) -> None:
        if not sum(data.get(term, 0) for term in TERMS):
            raise ValidationError("At least one weight must be more than 0.", TERMS[0])

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[str, Weighting]:
        total = sum(data[term] for term in TERMS)
        weights = {term: data[term] / total for term in TERMS}
        return data["category"], Weighting(weights, frozenset(data["preferred_kinds"]))


WeightsRow = _Row.from_dict(
    {term: fields.Float(required=True, validate=validate.Range(min=0)) for term in TERMS}, name="WeightsRow"
)


class Weights:
    def __init__(self, by_category: Mapping[str, Weighting]) -> None:
        self._by_category = by_category

    def of(self, category: str) -> Weighting:
        """What the file says of the category, or else of all."""
        return self._by_category.get(category, self._by_category[ALL])


def read_weights(file: File, categories: Collection[str]) -> Weights:
    """Weights may have any sum. Raises InvalidFile naming every bad row, or if there is none for `*`."""
    rows, problems = read_csv(file, COLUMNS)
    good, bad_rows = validated(rows, WeightsRow())
    problems += bad_rows + repeated(rows, "category") + _unknown(rows, categories)
    if not problems and ALL not in dict(weighting for _, weighting in good):
        problems.append(Problem(file.name, 1, "category", "no row is for *, all the other categories"))
    if problems:
        raise InvalidFile(problems)
    return Weights(dict(weighting for _, weighting in good))


def _unknown(rows: Collection[Row], categories: Collection[str]) -> list[Problem]:
    named = ((row, row.values["category"]) for row in rows)
    return [
        row.problem("category", f"no category has the code {code}")
        for row, code in named
        if code != ALL and code not in categories
    ]
