"""The marks of the outbox: `unpublished` on a case, taken off once everything that it covers has gone out."""

from collections import defaultdict
from datetime import datetime
from logging import getLogger
from typing import Any, NamedTuple

from pymongo import UpdateMany, WriteConcern
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

_log = getLogger(__name__)


class Span(NamedTuple):
    """Sequences of a case that went out, without a gap."""

    first: int
    last: int


def marking(after: int, at: datetime) -> dict[str, dict[str, Any]]:
    """The update that marks what comes after event `after` of a case as unpublished; of two the earlier counts."""
    return {"$set": {"unpublished.at": at}, "$min": {"unpublished.after": after, "unpublished.since": at}}


class Marks:
    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        # Not journaled: a mark that comes back after a crash only makes the sweeper publish once more.
        self._collection = collection.with_options(write_concern=WriteConcern(w=1, j=False))
        self._spans: dict[str, Span] = {}

    @property
    def are_clear(self) -> bool:
        """Whether nothing that went out is still to be told to the store."""
        return not self._spans

    def note(self, case_id: str, sequence: int) -> None:
        """This event went out. Behind a gap it is not noted: what is missing has to go out first."""
        span = self._spans.get(case_id)
        if span is None:
            self._spans[case_id] = Span(sequence, sequence)
        elif sequence == span.last + 1:
            self._spans[case_id] = Span(span.first, sequence)

    def clear(self) -> None:
        """One write for all that was noted; where it fails, the marks stay for the sweeper."""
        spans, self._spans = self._spans, {}
        if not spans:
            return
        cases: dict[Span, list[str]] = defaultdict(list)
        for case_id, span in spans.items():
            cases[span].append(case_id)
        try:
            self._collection.bulk_write([_clearing(span, ids) for span, ids in cases.items()], ordered=False)
        except PyMongoError as fault:
            _log.warning("marks of %d published cases stay for the sweeper (%s)", len(spans), fault)


def _clearing(span: Span, case_ids: list[str]) -> UpdateMany:
    """Only where nothing older is unpublished; a case that went on meanwhile keeps a mark for the rest."""
    covered = {"_id": {"$in": case_ids}, "unpublished.after": {"$gte": span.first - 1, "$lt": span.last}}
    rest = {"after": span.last, "at": "$unpublished.at", "since": "$unpublished.at"}
    is_all = {"$eq": ["$version", span.last]}
    return UpdateMany(covered, [{"$set": {"unpublished": {"$cond": [is_all, "$$REMOVE", rest]}}}])
