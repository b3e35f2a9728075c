"""The cases of the map in MongoDB: `_id`, `point` (GeoJSON), `category`, `state`, `order_state`, `reported_at`,
`unit_path`, and of each source the sequence that was heard last. All of it comes from events: dropped, it grows again
as the events are published again."""

from collections.abc import Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel, UpdateOne
from pymongo.collection import Collection

from services.feed.city_map.folding import SOURCES, told_by
from services.feed.log.log import DURABLE
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.case import Notice
from shared.runtime.mongo import Mongo

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
    writes = [write for notice in latest.values() for write in _writes(notice)]
    if writes:
        map_of(db).bulk_write(writes, ordered=True)


def _writes(notice: Notice) -> tuple[UpdateOne, UpdateOne]:
    """The case is made first, and then changed if this is news: an upsert would make it twice."""
    heard = f"heard.{notice.source}"
    news = {"_id": notice.case_id, heard: {"$not": {"$gte": notice.sequence}}}
    told = {name: {"$literal": value} for name, value in {**told_by(notice), heard: notice.sequence}.items()}
    return (
        UpdateOne({"_id": notice.case_id}, {"$setOnInsert": {"unit_path": []}}, upsert=True),
        UpdateOne(news, [{"$set": told}, {"$set": {"unit_path": _UNIT_PATH}}]),
    )


_UNIT_PATH = {
    "$cond": [
        {"$gt": [{"$size": {"$ifNull": [f"$paths.{DISPATCH}", []]}}, 0]},
        f"$paths.{DISPATCH}",
        {"$ifNull": [f"$paths.{INTAKE}", []]},
    ]
}
"""Dispatch may have placed it by hand; before, it is where intake saw its position."""
