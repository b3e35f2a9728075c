"""Group commit: while one bulk write is on its way, whatever workers want to save gathers for the next.

There is no waiting window: alone, a save goes at once; under load the groups grow by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventlet.event import Event
from eventlet.semaphore import Semaphore
from pymongo import UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, OperationFailure, WriteConcernError

from shared.runtime.telemetry import metrics

DUPLICATE_KEY = 11000
LARGEST_GROUP = 1000


@dataclass(eq=False)
class _Save:
    operations: Sequence[UpdateOne]
    done: Event = field(default_factory=Event)


class GroupCommit:
    def __init__(self, collection: Collection[dict[str, Any]]) -> None:
        """`collection` decides the write concern: majority and journaled for all that matters."""
        self._collection = collection
        self._waiting: list[_Save] = []
        self._writing = Semaphore(1)

    def save(self, operations: Sequence[UpdateOne]) -> list[bool]:
        """Whether each operation was written; not written means that its guard no longer held.

        Returns once the answer is durable. Raises PyMongoError where the server is away: then nothing is
        known, and the caller must look before it tries again.
        """
        mine = _Save(operations)
        self._waiting.append(mine)
        with self._writing:
            while not mine.done.ready():
                self._write_group()
        written: list[bool] = mine.done.wait()
        return written

    def _write_group(self) -> None:
        group, self._waiting = self._cut()
        operations = [operation for save in group for operation in save.operations]
        metrics.GROUP_COMMIT_OPERATIONS.observe(len(operations))
        try:
            with metrics.GROUP_COMMIT_SECONDS.time():
                errors = self._bulk_write(operations)
        except Exception as fault:
            for save in group:
                save.done.send_exception(fault)
            return
        start = 0
        for save in group:
            _answer(save, [errors.get(start + index) for index in range(len(save.operations))])
            start += len(save.operations)

    def _cut(self) -> tuple[list[_Save], list[_Save]]:
        size = 0
        for count, save in enumerate(self._waiting, start=1):
            size += len(save.operations)
            if size >= LARGEST_GROUP:
                return self._waiting[:count], self._waiting[count:]
        return self._waiting, []

    def _bulk_write(self, operations: list[UpdateOne]) -> dict[int, Mapping[str, Any]]:
        """The server's complaint by operation; none for those that were written."""
        try:
            self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            if error.details.get("writeConcernErrors"):
                raise WriteConcernError("the group is not durable yet", details=error.details) from error
            return {complaint["index"]: complaint for complaint in error.details["writeErrors"]}
        return {}


def _answer(save: _Save, complaints: Sequence[Mapping[str, Any] | None]) -> None:
    """An operation that the server cannot take fails its own save, and nobody else's."""
    for complaint in complaints:
        if complaint and complaint["code"] != DUPLICATE_KEY:
            save.done.send_exception(OperationFailure(complaint["errmsg"], complaint["code"]))
            return
    save.done.send([complaint is None for complaint in complaints])
