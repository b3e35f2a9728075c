"""The cases of the map in MongoDB: `_id`, `point` (GeoJSON), `category`, `state`, `order_state`, `reported_at`,
`unit_path`, and of each source the sequence that was heard last. All of it comes from events: dropped, it grows again
as the events are published again."""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from services.feed.city_map.folding import SOURCES, told_by
from services.feed.log.log import require_only_doubles
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.case import Notice
from shared.runtime.mongo import DURABLE, Mongo

MAP = "map"
MAP_INDEXES = (
    IndexModel([("point", GEOSPHERE), ("reported_at", ASCENDING)]),
    IndexModel([("unit_path", ASCENDING), ("_id", DESCENDING)]),
)


def map_of(db: Mongo) -> Collection[dict[str, Any]]:
    return db.get_collection(MAP, write_concern=DURABLE)


def note_on_map(db: Mongo, notices: Sequence[Notice]) -> None:
    """What is not newer than what is known changes nothing: so events may come doubled and in any order."""
    latest: dict[tuple[str, str], Notice] = {}
    for notice in sorted(notices, key=lambda one: one.sequence):
        if notice.source in SOURCES:
            latest[notice.source, notice.case_id] = notice
    if latest and (doubles := _write(map_of(db), [*latest.values()], upsert=True)):
        _write(map_of(db), doubles, upsert=False)


def _write(cases: Collection[dict[str, Any]], notices: Sequence[Notice], *, upsert: bool) -> list[Notice]:
    """Those whose case is there, so that an upsert would have made it twice: they are old, or somebody was faster."""
    try:
        cases.bulk_write([_writing(notice, upsert) for notice in notices], ordered=False)
    except BulkWriteError as error:
        require_only_doubles(error)
        return [notices[complaint["index"]] for complaint in error.details["writeErrors"]]
    return []


def _writing(notice: Notice, upsert: bool) -> UpdateOne:
    heard = f"heard.{notice.source}"
    news = {"_id": notice.case_id, heard: {"$not": {"$gte": notice.sequence}}}
    told = {name: {"$literal": value} for name, value in {**told_by(notice), heard: notice.sequence}.items()}
    return UpdateOne(news, [{"$set": told}, {"$set": {"unit_path": _UNIT_PATH}}], upsert=upsert)


_UNIT_PATH = {
    "$cond": [
        {"$gt": [{"$size": {"$ifNull": [f"$paths.{DISPATCH}", []]}}, 0]},
        f"$paths.{DISPATCH}",
        {"$ifNull": [f"$paths.{INTAKE}", []]},
    ]
}
"""Dispatch may have placed it by hand; before, it is where intake saw its position."""
