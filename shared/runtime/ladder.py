"""The retry ladder: where a message goes that failed here. Each rung waits longer; after the last it is dead."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from logging import getLogger
from typing import Any

from kombu.exceptions import OperationalError
from prometheus_client import Counter

from shared.contracts.fields import moment
from shared.contracts.topology import RETRY_DELAYS, dead_letters, retry_exchange, retry_queue
from shared.runtime.clock import now
from shared.runtime.publisher import ConfirmedPublisher, Letter
from shared.runtime.telemetry import metrics

_log = getLogger(__name__)

ATTEMPTS = "x-attempts"
ERROR = "x-error"
HISTORY = "x-history"
"""Our own headers: the broker's x-death does not survive every way that a message can take.

The history is of all attempts, the oldest first, each with its moment (`at`) and its `error`.
"""
LONGEST_HISTORY = 20
LONGEST_ERROR = 500


class Ladder:
    def __init__(self, service: str, amqp_uri: str) -> None:
        self._service = service
        self._publisher = ConfirmedPublisher(amqp_uri)
        for queue in (*(retry_queue(service, delay) for delay in RETRY_DELAYS), dead_letters(service)):
            _counter(queue)  # at nought, as an increase from nowhere is none

    def retry(self, failures: Sequence[tuple[Any, Exception]]) -> None:
        """One rung up each, with the error. Raises an error of BROKER_AWAY; then nothing may be acked."""
        self._publish([self._next_rung(message, f"{type(error).__name__}: {error}") for message, error in failures])

    def bury(self, broken: Sequence[tuple[Any, str]]) -> None:
        """Straight to the dead letters, byte for byte: what cannot be read now never can."""
        self._publish([self._letter(dead_letters(self._service), message, error) for message, error in broken])

    def _next_rung(self, message: Any, error: str) -> Letter:
        attempts = _attempts(message)
        if attempts < len(RETRY_DELAYS):
            return self._letter(retry_queue(self._service, RETRY_DELAYS[attempts]), message, error)
        return self._letter(dead_letters(self._service), message, error)

    def _letter(self, queue: str, message: Any, error: str) -> Letter:
        attempts = _attempts(message) + 1
        message_id = str(message.properties.get("message_id", ""))
        about = {"event_id": message_id, "case_id": str(message.headers.get("ce-subject"))}
        _log.warning("event to %s after attempt %d: %s", queue, attempts, _kind(error), extra=about)
        headers = failed_again(message.headers, attempts, error, now())
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        return Letter(retry_exchange(self._service), queue, body, headers, message_id)

    def _publish(self, letters: list[Letter]) -> None:
        if letters and self._publisher.publish(letters):
            raise OperationalError("the retry queues did not take the message")
        for letter in letters:
            _counter(letter.routing_key).inc()


def failed_again(headers: Mapping[str, Any], attempts: int, error: str, at: datetime) -> dict[str, Any]:
    """The headers of a message after an attempt that failed."""
    entry = {"at": moment(at), "error": error[:LONGEST_ERROR]}
    history = [*history_of(headers), entry][-LONGEST_HISTORY:]
    return {**headers, ATTEMPTS: attempts, ERROR: entry["error"], HISTORY: history}


def history_of(headers: Mapping[str, Any]) -> list[dict[str, str]]:
    """The attempts so far. What does not read as one is left out: whoever may write may write any header."""
    told = headers.get(HISTORY)
    entries = told if isinstance(told, list) else []
    return [
        {"at": entry["at"], "error": entry["error"]}
        for entry in entries
        if isinstance(entry, dict) and isinstance(entry.get("at"), str) and isinstance(entry.get("error"), str)
    ]


def _attempts(message: Any) -> int:
    """Whoever may write to the queue may write any header: what is no count starts at the bottom."""
    attempts = message.headers.get(ATTEMPTS)
    return attempts if isinstance(attempts, int) and attempts >= 0 else 0


def _counter(queue: str) -> Counter:
    return metrics.EVENT_FAILURES.labels(queue.rpartition(".")[2])


def _kind(error: str) -> str:
    """For the log: the rest may quote what is none of its business, and stands in the message's own headers."""
    return error.partition(":")[0]
