"""Cells of the tables that people keep by hand, as marshmallow fields."""

import re
from typing import Any

from marshmallow import fields

SEPARATOR = re.compile("[;；]")


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
