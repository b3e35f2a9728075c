"""What requests and their states are called here, in the language of the caller."""

from collections.abc import Mapping
from typing import Any

from flask import request

from services.gateway.language.choosing import CHINESE, ENGLISH, Language, language
from services.gateway.language.sentences import said

IN_ENGLISH = "/open311/en/"
"""Clients of Open311 seldom say a language: this address says it for them."""

NOTES = {
    "submitted": "It was received and waits to be looked at.",
    "needs_information": "More has to be known before anything can be done.",
    "accepted": "It was accepted and goes to who will serve it.",
    "in_service": "Somebody is working on it.",
    "served": "The work is done. Who reported it may say how it was.",
    "closed": "The work is done, and the case is closed.",
    "rejected": "It was not accepted.",
    "merged": "It is about the same matter as another request, and follows that one.",
    "withdrawn": "Who reported it has withdrawn it.",
}
EXTENDED = {
    "submitted": "open",
    "needs_information": "investigating",
    "accepted": "action_scheduled",
    "in_service": "in_progress",
    "served": "in_progress",
    "closed": "fixed",
    "rejected": "not_councils_responsibility",
    "merged": "duplicate",
    "withdrawn": "no_further_action",
}
"""State → what mySociety's extension calls it; the first five are open, the rest closed, as our own states are."""


def speaks() -> Language:
    return ENGLISH if request.path.startswith(IN_ENGLISH) else language()


def name_of(named: Mapping[str, Any] | None) -> str | None:
    """Of a category or a unit."""
    return named[_key("name")] if named else None


def asked_by(attribute: Mapping[str, Any]) -> tuple[str, str | None]:
    """The question of an attribute and the hint to it, if there is one."""
    return attribute[_key("question")], attribute[_key("hint")] or None


def words_for(service: Mapping[str, Any]) -> str:
    """What people say for it, where they are known to; else its name."""
    return "、".join(service["keywords"]) if service["keywords"] and speaks() == CHINESE else name_of(service) or ""


def note_of(state: str) -> str:
    return said(NOTES[state], speaks())


def _key(field: str) -> str:
    return f"{field}_{speaks()}"
