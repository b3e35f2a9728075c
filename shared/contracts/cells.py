"""Cells of the tables that people keep by hand, as marshmallow fields."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from shared.kernel.limits import Limit

SEPARATOR = re.compile("[;；]")
NAME = validate.Length(min=1, error="Must not be empty.")


class WordList(fields.List[Any]):
    """Words separated by `;` or `；` in one cell, as a list; an empty cell is an empty list."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> list[Any]:
        words = [word.strip() for word in SEPARATOR.split(value)] if isinstance(value, str) else value
        return super()._deserialize([word for word in words if word], *args, **kwargs)


class YesNo(fields.Boolean):
    """`yes` or `no`, and nothing else."""

    default_error_messages = {"invalid": "Must be yes or no."}  # noqa: RUF012 - declared so by marshmallow

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(truthy={"yes"}, falsy={"no"}, **kwargs)


class Count(fields.Field[int | None]):
    """A whole number from 1; an empty cell is None."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | None:
        if value == "":
            return None
        if not str(value).isdecimal() or int(value) < 1:
            raise ValidationError("Must be a whole number from 1, or empty.")
        return int(value)


class TimeLimit(fields.Field[Limit | None]):
    """As `30m`, `24h`, `4wh` or `3wd`; an empty cell is None: no limit."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Limit | None:
        try:
            return Limit.parse(value) if value else None
        except (TypeError, ValueError) as error:
            raise ValidationError(
                "Must be a number of m(inutes), h(ours), wh (working hours) or wd (working days), or empty."
            ) from error


class Day(fields.Field[date]):
    """As `2026-10-01`, and in no other way."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if day is None or day.isoformat() != value:
            raise ValidationError("Must be a date like 2026-10-01.")
        return day
