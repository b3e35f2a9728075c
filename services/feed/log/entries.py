"""An entry of the log: what happened to which case, and where that lies. Of persons it knows the steward's id alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contracts.events import event_id
from shared.contracts.fields import moment
from shared.kernel.case import Notice


def event_key(notice: Notice) -> str:
    return event_id(notice.source, notice.case_id, notice.sequence)


@dataclass(frozen=True, slots=True)
class Entry:
    """`position` is None until the log has taken it; `streams` are all in which it is read."""

    event: str
    case_id: str
    source: str
    sequence: int
    type: str
    state: str
    at: datetime
    unit_path: tuple[str, ...]
    streams: tuple[str, ...]
    position: int | None = None

    @classmethod
    def of(cls, notice: Notice, unit_path: Sequence[str], streams: Sequence[str]) -> "Entry":
        return cls(
            event_key(notice),
            notice.case_id,
            notice.source,
            notice.sequence,
            notice.type,
            notice.state,
            notice.at,
            tuple(unit_path),
            tuple(streams),
        )

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Entry":
        named = {name: document[name] for name in _FIELDS if name not in _LISTS}
        lists: dict[str, Any] = {name: tuple(document[name]) for name in _LISTS}
        return cls(**named, **lists, position=document["_id"])

    def document(self, position: int, logged_at: datetime) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in _FIELDS if name not in _LISTS}
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        return {"_id": position, **fields, **lists, "logged_at": logged_at}

    def plain(self) -> dict[str, Any]:
        """As it crosses RPC."""
        fields = {name: getattr(self, name) for name in _FIELDS if name not in (*_LISTS, "at", "event")}
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        return {"position": self.position, **fields, **lists, "at": moment(self.at)}


_LISTS = ("unit_path", "streams")
_FIELDS = ("event", "case_id", "source", "sequence", "type", "state", "at", *_LISTS)
