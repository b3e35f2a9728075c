"""The rules of triage as a table that people keep by hand."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.intake.triage import NEVER_FOR_URGENT, WITHOUT_RULE, Action, Detail, Rule, Triage
from shared.contracts.catalogue import CODE, Category
from shared.contracts.cells import WordList
from shared.contracts.files import File, InvalidFile, Problem, Row, read_csv, repeated, validated

TRIAGE = "triage.csv"
COLUMNS = (
    "rule",
    "categories",
    "keywords",
    "lacks",
    "action",
    "message_zh",
    "message_en",
    "responsible",
)
CONDITIONS = ("categories", "keywords", "lacks")


class RuleSchema(Schema):
    rule = fields.String(required=True, validate=[CODE, validate.NoneOf(WITHOUT_RULE, error="Is taken.")])
    categories = WordList(fields.String(), required=True)
    keywords = WordList(fields.String(), required=True)
    lacks = WordList(fields.Enum(Detail, by_value=True), required=True)
    action = fields.Enum(Action, by_value=True, required=True)
    message_zh = fields.String(required=True)
    message_en = fields.String(required=True)
    responsible = fields.String(required=True)

    @validates_schema
    def says_enough(self, data: dict[str, Any], **_: Any) -> None:
        """Whoever is asked or rejected is told what, why and whose it is, in both languages."""
        if not any(data[condition] for condition in CONDITIONS):
            raise ValidationError("Would match every report: name categories, keywords or lacks.")
        speaks = data["action"] in (Action.ASK, Action.REJECT) or data["message_zh"] or data["message_en"]
        needed = ["message_zh", "message_en"] if speaks else []
        needed += ["responsible"] if data["action"] is Action.REJECT else []
        if missing := {name: ["Must not be empty here."] for name in needed if not data[name]}:
            raise ValidationError(missing)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Rule:
        return Rule(
            data["rule"],
            frozenset(data["categories"]),
            tuple(data["keywords"]),
            frozenset(data["lacks"]),
            data["action"],
            f"{data['message_zh']} {data['message_en']}".strip(),
            data["responsible"],
        )


def read_triage(file: File, catalogue: Mapping[str, Category]) -> Triage:
    """The rules in the order of the file. Raises InvalidFile naming every bad row."""
    rows, problems = read_csv(file, COLUMNS)
    rules, bad_rows = validated(rows, RuleSchema())
    problems += bad_rows + repeated(rows, "rule") + list(_misdirected(rules, catalogue))
    if problems:
        raise InvalidFile(problems)
    return Triage(tuple(rule for _, rule in rules))


def _misdirected(rules: Iterable[tuple[Row, Rule]], catalogue: Mapping[str, Category]) -> Iterator[Problem]:
    for row, rule in rules:
        for code in sorted(rule.categories):
            if code not in catalogue:
                yield row.problem("categories", f"{code} is not in the catalogue")
            elif catalogue[code].urgent and rule.action in NEVER_FOR_URGENT:
                yield row.problem("categories", f"{code} is urgent: it is never asked or rejected by a rule")
