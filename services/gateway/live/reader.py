"""Reading feed's log by RPC."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.contracts.topology import FEED
from shared.runtime.calls import Calls

Entry = Mapping[str, Any]
"""As feed gives it: position, case_id, source, sequence, type, state, at, unit_path, streams."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Read on from `upto`. `lost`: what lay between is not kept any more."""

    entries: Sequence[Entry]
    upto: int
    lost: bool


class LogReader(Protocol):
    """Both raise Unavailable where feed does not answer."""

    def tail(self) -> int: ...

    def read(self, after: int, streams: Sequence[str] | None = None) -> Excerpt: ...


class RemoteLog:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def tail(self) -> int:
        return int(self._calls.call(FEED, "tail"))

    def read(self, after: int, streams: Sequence[str] | None = None) -> Excerpt:
        asked = {"streams": list(streams)} if streams is not None else {}
        return Excerpt(**self._calls.call(FEED, "read_log", after=after, **asked))
