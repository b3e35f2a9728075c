"""Triage 立案: what becomes of a report before any person has looked at it. The first rule that matches decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    ACCEPT = "accept"
    ASK = "ask"
    REJECT = "reject"
    PERSON = "person"
    """It waits for a dispatcher."""


class Detail(StrEnum):
    """What a rule may find missing. `contact`: neither name nor phone."""

    POSITION = "position"
    ADDRESS = "address"
    CATEGORY = "category"
    CONTACT = "contact"


CATEGORY_KNOWN, NO_CATEGORY, POSSIBLE_DUPLICATE = "category_known", "no_category", "possible_duplicate"
WITHOUT_RULE = (CATEGORY_KNOWN, NO_CATEGORY, POSSIBLE_DUPLICATE)
"""Why a report was accepted, or waits, that no rule of the file decided."""

NEVER_FOR_URGENT = frozenset({Action.ASK, Action.REJECT})
"""What is urgent goes on at once, or to a person."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Matches where all that it names holds. Empty `categories`, `keywords` or `lacks` ask for nothing."""

    code: str
    categories: frozenset[str]
    keywords: tuple[str, ...]
    lacks: frozenset[Detail]
    action: Action
    message: str
    """What the resident is told: the question, the reason, or advice."""
    responsible: str


@dataclass(frozen=True, slots=True)
class Given:
    """What triage knows of a report. `asked`: codes of the rules that have asked it before."""

    words: str
    category: str | None
    details: frozenset[Detail]
    is_urgent: bool = False
    has_duplicates: bool = False
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    rule: str
    action: Action
    message: str = ""
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Triage:
    rules: tuple[Rule, ...]

    def decide(self, given: Given) -> Verdict:
        """Nothing is accepted without a category, or while it may be a duplicate, whatever a rule says.

        What is urgent does not wait to be compared: better two who come than none.
        """
        rule = _first(rule for rule in self.rules if _matches(rule, given))
        if rule and rule.action is not Action.ACCEPT:
            return Verdict(rule.code, rule.action, rule.message, rule.responsible)
        if given.category is None:
            return Verdict(NO_CATEGORY, Action.PERSON)
        if given.has_duplicates and not given.is_urgent:
            return Verdict(POSSIBLE_DUPLICATE, Action.PERSON)
        return Verdict(rule.code if rule else CATEGORY_KNOWN, Action.ACCEPT)


def _first(rules: Iterable[Rule]) -> Rule | None:
    return next(iter(rules), None)


def _matches(rule: Rule, given: Given) -> bool:
    return (
        _is_allowed(rule, given)
        and (not rule.categories or given.category in rule.categories)
        and (not rule.keywords or any(keyword in given.words for keyword in rule.keywords))
        and not rule.lacks & given.details
    )


def _is_allowed(rule: Rule, given: Given) -> bool:
    """A rule asks a report once, and none asks or rejects what is urgent."""
    return rule.code not in given.asked and not (given.is_urgent and rule.action in NEVER_FOR_URGENT)
