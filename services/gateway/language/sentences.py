"""What the services say in English, said in Chinese.

A sentence is looked up as it is, and then as a template: `{}` stands for what was filled in. The Chinese fills the
same in, in the same order or by number (`{1} {0}`); `{:word}` is looked up among the words: states, verbs, roles.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from services.gateway.language.choosing import CHINESE, Language

FILLED_IN = "{}"


class Filling(str):
    """What stands in a sentence at a `{}`; as it is, or `:word`, as a word of the field."""

    def __format__(self, wanted: str) -> str:
        return words().get(self, str(self)) if wanted == "word" else str(self)


def said(sentence: str, language: Language) -> str:
    """The sentence in that language; one that nobody has put into Chinese stays as it is."""
    return _in_chinese(sentence) if language == CHINESE else sentence


@cache
def messages() -> Mapping[str, str]:
    """English sentence or template → Chinese."""
    return _read("messages.csv")


@cache
def words() -> Mapping[str, str]:
    return _read("words.csv")


def _in_chinese(sentence: str) -> str:
    if sentence in messages():
        return messages()[sentence]
    for pattern, chinese in _templates():
        if found := pattern.fullmatch(sentence):
            return chinese.format(*map(Filling, found.groups()))
    return sentence


@cache
def _templates() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Those that say the most come first: `Must be {}.` would take in what others say better."""
    templates = sorted((one for one in messages() if FILLED_IN in one), key=_length, reverse=True)
    return tuple((_pattern(one), messages()[one]) for one in templates)


def _length(template: str) -> int:
    return len(template.replace(FILLED_IN, ""))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(map(re.escape, template.split(FILLED_IN))), re.DOTALL)


def _read(name: str) -> dict[str, str]:
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return {row["en"]: row["zh"] for row in csv.DictReader(lines)}
