"""What an announcement must be like as a whole; each field by itself is checked by the contract."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.kernel.errors import Invalid

MOST_VOTERS = 1000
"""All of them come with one request, and stand in one document."""

Complaint = tuple[str, str]
"""The field, and what to do about it."""


def check(announced: Mapping[str, Any], at: datetime) -> None:
    """Raises Invalid with every complaint."""
    errors: dict[str, list[str]] = {}
    for field, message in _complaints(announced, at):
        errors.setdefault(field, []).append(message)
    if errors:
        raise Invalid(errors)


def _complaints(announced: Mapping[str, Any], at: datetime) -> Iterator[Complaint]:
    yield from _of_times(announced, at)
    for field in ("items", "subjects"):
        for code in _repeated(entry["code"] for entry in announced[field]):
            yield field, f"The code {code} is used twice: give each of the {field} its own."
    yield from _of_estates(announced["subjects"], announced["roll"])
    yield from _of_roll(announced["roll"])


def _of_times(announced: Mapping[str, Any], at: datetime) -> Iterator[Complaint]:
    if announced["period"]["end"] < announced["period"]["start"]:
        yield "period.end", "Must not be before the start."
    if announced["closes_at"] <= announced["opens_at"]:
        yield "closes_at", "Must be later than opens_at."
    if announced["closes_at"] <= at:
        yield "closes_at", "Is over already: give a time to come."


def _of_estates(subjects: Iterable[Mapping[str, Any]], roll: Mapping[str, Any]) -> Iterator[Complaint]:
    for index, subject in enumerate(subjects):
        field = f"subjects.{index}.estates"
        for estate in _repeated(subject["estates"]):
            yield field, f"{estate} stands here twice: take one out."
        for estate in subject["estates"]:
            if estate not in roll:
                yield field, f"Nobody could vote in {estate}: add its representatives to the roll."
    evaluated = {estate for subject in subjects for estate in subject["estates"]}
    for estate in sorted(roll.keys() - evaluated):
        yield f"roll.{estate}", "Serves no subject: add the estate to one, or take it out of the roll."


def _of_roll(roll: Mapping[str, Iterable[str]]) -> Iterator[Complaint]:
    voters = [voter for representatives in roll.values() for voter in representatives]
    for voter in _repeated(voters):
        yield "roll", f"{voter} stands in it twice: a representative has one estate."
    if len(voters) > MOST_VOTERS:
        yield "roll", f"Has {len(voters)} representatives, more than {MOST_VOTERS}: announce several campaigns."


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
