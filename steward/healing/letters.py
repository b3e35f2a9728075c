"""A dead letter: a message that a service gave up on, and what its headers say of why."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from shared.contracts.fields import moment
from shared.runtime.ladder import ATTEMPTS, ERROR, HISTORY, LONGEST_HISTORY, history_of

BROKER_DEATHS = "x-death"
DELIVERIES = "x-delivery-count"
BROKER_GAVE_UP = "delivery_limit"
GIVEN_UP = "DeliveryLimit: delivered again and again, and never acknowledged"
REQUEUED = "requeued"
OF_ONE_LIFE = (
    ATTEMPTS,
    ERROR,
    BROKER_DEATHS,
    DELIVERIES,
    "x-first-death-exchange",
    "x-first-death-queue",
    "x-first-death-reason",
)
"""Headers of a message that starts again at the bottom of the ladder without them."""
LONGEST_WORD = 200


@dataclass(frozen=True, slots=True)
class Attempt:
    """`at`: None where the message does not say when."""

    at: datetime | None
    error: str


@dataclass(frozen=True)
class DeadLetter:
    """Whoever may write to a queue may write anything: every reading of a header stands that.

    `properties` are those of AMQP, without the headers.
    """

    service: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def letter_id(self) -> str:
        """The same at every look, and for every copy of the same message."""
        return hashlib.sha256(self.message_id.encode("utf-8", "replace") + b"\0" + self.body).hexdigest()[:12]

    @cached_property
    def copy_id(self) -> str:
        """The same at every look, although the broker counts looks and sorts; another for a copy of another history."""
        told = sorted(repr(header) for header in self.headers.items() if header[0] != DELIVERIES)
        return f"{self.letter_id}/{hashlib.sha256(repr(told).encode('utf-8', 'replace')).hexdigest()}"

    @property
    def message_id(self) -> str:
        return str(self.properties.get("message_id") or "")

    @property
    def source(self) -> str:
        return self._word("ce-source")

    @property
    def type(self) -> str:
        return self._word("ce-type")

    @property
    def case_id(self) -> str:
        return self._word("ce-subject")

    @cached_property
    def history(self) -> tuple[Attempt, ...]:
        """The oldest first. Where the service never came to say an error, the broker's word is the last."""
        return (*_told(self.headers), *_broker_told(self.headers))

    @property
    def error(self) -> str:
        return self.history[-1].error if self.history else ""

    @property
    def died_at(self) -> datetime | None:
        return self.history[-1].at if self.history else None

    def reborn(self, at: datetime) -> dict[str, Any]:
        """The headers with which it goes back: no attempt is spent, and what happened to it is still told."""
        kept = {name: value for name, value in self.headers.items() if name not in OF_ONE_LIFE}
        told = [{"at": moment(attempt.at) if attempt.at else "", "error": attempt.error} for attempt in self.history]
        return {**kept, HISTORY: [*told, {"at": moment(at), "error": REQUEUED}][-LONGEST_HISTORY:]}

    def _word(self, header: str) -> str:
        value = self.headers.get(header)
        return value[:LONGEST_WORD] if isinstance(value, str) else ""


def _told(headers: Mapping[str, Any]) -> Iterator[Attempt]:
    """By the service; before it kept a history, of the last attempt alone, and not when that was."""
    history = history_of(headers)
    if not history and isinstance(headers.get(ERROR), str):
        yield Attempt(None, headers[ERROR])
    for entry in history:
        yield Attempt(_moment(entry["at"]), entry["error"])


def _broker_told(headers: Mapping[str, Any]) -> Iterator[Attempt]:
    """Of a message that it delivered too often: every one of those deliveries ended with its consumer."""
    deaths = headers.get(BROKER_DEATHS)
    for death in deaths if isinstance(deaths, list) else ():
        if isinstance(death, dict) and death.get("reason") == BROKER_GAVE_UP:
            at = death.get("time")
            yield Attempt(_aware(at) if isinstance(at, datetime) else None, GIVEN_UP)


def _moment(text: str) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(text))
    except ValueError:
        return None


def _aware(at: datetime) -> datetime:
    """The broker's times come without an offset, and are UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)
