"""A case: one document, whose state is the sum of the events in its history.

Nothing changes a case but `record`, which appends an event. So state and history cannot disagree,
and the history is at once the audit trail, the outbox and the record of answered commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from shared.kernel.actor import SYSTEM, Actor
from shared.kernel.errors import KeyReused
from shared.kernel.lifecycle import NEW, Lifecycle


@dataclass(frozen=True, slots=True)
class Receipt:
    """A command's Idempotency-Key, and a digest of what it asked for."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Event:
    """A fact in the past tense: what happened, where it led, and what it set."""

    sequence: int
    type: str
    verb: str
    state: str
    at: datetime
    by: Actor
    facts: Mapping[str, Any] = field(default_factory=dict)
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """An event of another service as heard here: `snapshot` is where its sender stood right after it."""

    source: str
    case_id: str
    sequence: int
    type: str
    state: str
    at: datetime
    snapshot: Mapping[str, Any]


@dataclass
class Case:
    """Base of the three aggregates.

    `facts` is what the events have set so far, `private` what must be erasable and so stays out of
    history and events (personal data, free text), `inbox` the highest sequence applied per source.
    """

    lifecycle: ClassVar[Lifecycle]
    public: ClassVar[frozenset[str]]
    """Facts that its events carry to the other services."""

    case_id: str
    state: str | None = NEW
    version: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    inbox: dict[str, int] = field(default_factory=dict)
    history: list[Event] = field(default_factory=list)

    outgoing: list[tuple[Event, dict[str, Any]]] = field(default_factory=list)
    """Events of the step being decided, each with the snapshot that goes out with it."""
    new_private: dict[str, Any] = field(default_factory=dict)
    new_inbox: dict[str, int] = field(default_factory=dict)
    receipt: Receipt | None = None
    """Of the command being carried out; stamped on every event it causes."""
    erases: bool = False
    """Whether the private data kept so far leaves in the write of this step."""

    def record(
        self,
        verb: str,
        by: Actor,
        at: datetime,
        *,
        facts: Mapping[str, Any] | None = None,
        private: Mapping[str, Any] | None = None,
    ) -> None:
        """Append the event of `verb`. Raises Forbidden or IllegalTransition, and then changes nothing."""
        self.lifecycle.permit(verb, by)
        state = self.lifecycle.next(self.state, verb)
        event_type = self.lifecycle.verbs[verb].event_type
        event = Event(self.version + 1, event_type, verb, state, at, by, dict(facts or {}), self.receipt)
        self._apply(event)
        self.outgoing.append((event, self.snapshot()))
        self.private.update(private or {})
        self.new_private.update(private or {})

    def erase(self, by: Actor, at: datetime) -> None:
        """Everything private leaves in the write of this very event; facts and history stay as they are.

        Raises Forbidden or IllegalTransition.
        """
        self.record("erase", by, at, facts={"erased_at": at})
        self.private, self.new_private, self.erases = {}, {}, True

    @property
    def is_erased(self) -> bool:
        return self.facts.get("erased_at") is not None

    @property
    def kept_again(self) -> dict[str, None]:
        """Facts of a step that reopens a case: what is said from now on is to be kept, and erased anew later."""
        return {"erased_at": None} if self.is_erased else {}

    def has_heard(self, notice: Notice) -> bool:
        """Whether this or a later event of the same source was applied before: it has nothing new to say."""
        return notice.sequence <= self.inbox.get(notice.source, 0)

    def hear(self, notice: Notice) -> None:
        self.inbox[notice.source] = self.new_inbox[notice.source] = notice.sequence

    @property
    def changed(self) -> bool:
        return bool(self.outgoing or self.new_inbox)

    @property
    def base_version(self) -> int:
        """The version that this step was decided upon, and that its write is guarded by."""
        return self.version - len(self.outgoing)

    def snapshot(self) -> dict[str, Any]:
        return {name: value for name, value in self.facts.items() if name in self.public}

    def answered(self, by: Actor, receipt: Receipt) -> int | None:
        """The last sequence that this very command wrote, if it was carried out before.

        What the service itself did on the command, right after it, belongs to the answer.
        Raises KeyReused when the same caller used the key for something else.
        """
        last = None
        for event in self.history:
            is_ours = event.by.subject == by.subject or (event.by.role == SYSTEM and last == event.sequence - 1)
            if event.receipt and event.receipt.key == receipt.key and is_ours:
                if event.receipt.digest != receipt.digest:
                    raise KeyReused(receipt.key)
                last = event.sequence
        return last

    def as_of(self, sequence: int) -> Self:
        """The case as it stood after that event, told by the history alone (private data is today's)."""
        return self.replay(self.case_id, self.history[:sequence], private=self.private)

    @classmethod
    def replay(cls, case_id: str, history: Iterable[Event], private: Mapping[str, Any] | None = None) -> Self:
        case = cls(case_id, private=dict(private or {}))
        for _ in case.replaying(history):
            pass
        return case

    def replaying(self, history: Iterable[Event]) -> Iterator[tuple[Event, dict[str, Any]]]:
        """Each event with the snapshot that goes out with it."""
        for event in history:
            self._apply(event)
            yield event, self.snapshot()

    def fork(self) -> Self:
        """A copy to try a reaction on, so that one which fails half-way leaves no trace."""
        return type(self)(
            self.case_id,
            self.state,
            self.version,
            dict(self.facts),
            dict(self.private),
            dict(self.inbox),
            list(self.history),
            list(self.outgoing),
            dict(self.new_private),
            dict(self.new_inbox),
            self.receipt,
            self.erases,
        )

    def _apply(self, event: Event) -> None:
        self.state = event.state
        self.version = event.sequence
        self.facts.update(event.facts)
        self.history.append(event)
