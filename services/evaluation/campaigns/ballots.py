"""Ballots: found again by their voter while the vote is open, and by nobody afterwards."""

import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.answers import SATISFACTION


@dataclass(frozen=True, slots=True)
class Ballot:
    """`answers` maps the code of each item to one of SATISFACTION."""

    subject: str
    answers: Mapping[str, str]


def ballot_id(key: bytes, voter: str, subject: str) -> str:
    """The same for the same voter and subject, so that there is one ballot each; 64 hex digits.

    Without the key, nobody can tell whose it is. Codes of subjects have no NUL, so no two pairs are mistaken.
    """
    return hmac.digest(key, f"{subject}\0{voter}".encode(), "sha256").hex()


def tally(facts: Mapping[str, Any], ballots: Iterable[Ballot]) -> list[dict[str, Any]]:
    """By subject of the campaign: how many ballots, and how often each answer to each item."""
    cast = list(ballots)
    items = [item["code"] for item in facts["items"]]
    return [
        _counted(subject["code"], items, [ballot for ballot in cast if ballot.subject == subject["code"]])
        for subject in facts["subjects"]
    ]


def _counted(subject: str, items: Iterable[str], ballots: list[Ballot]) -> dict[str, Any]:
    answers = {item: Counter(ballot.answers[item] for ballot in ballots) for item in items}
    counts = {item: {answer: given[answer] for answer in SATISFACTION} for item, given in answers.items()}
    return {"subject": subject, "ballots": len(ballots), "answers": counts}
