"""One page of a listing, by one indexed query."""

from collections.abc import Mapping
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.collection import Collection

from shared.kernel.listing import Key, Listing

Document = dict[str, Any]

METRES = "metres"


def read_page(
    collection: Collection[Document], listing: Listing, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """The documents, and the cursor of the next page if there is one. Raises Invalid for a bad cursor."""
    key = listing.read(after)
    if listing.near:
        found = _nearest(collection, listing.filters, listing.near, key, limit + 1)
    elif listing.by:
        found = _earliest(collection, listing.filters, listing.by, key, limit + 1)
    else:
        found = _newest(collection, listing.filters, key, limit + 1)
    documents = found[:limit]
    if len(found) <= limit:
        return documents, None
    last = documents[-1]
    value = last[METRES] if listing.near else last[listing.by] if listing.by else None
    return documents, listing.cursor((value, last["_id"]))


def _newest(
    collection: Collection[Document], filters: Mapping[str, Any], key: Key | None, limit: int
) -> list[Document]:
    older = {"_id": {"$lt": key[1]}} if key else {}
    return list(collection.find({**filters, **older}).sort("_id", DESCENDING).limit(limit))


def _earliest(
    collection: Collection[Document], filters: Mapping[str, Any], by: str, key: Key | None, limit: int
) -> list[Document]:
    later = {"$or": [{by: {"$gt": key[0]}}, {by: key[0], "_id": {"$gt": key[1]}}]} if key else {}
    return list(collection.find({**filters, **later}).sort([(by, ASCENDING), ("_id", ASCENDING)]).limit(limit))


def _nearest(
    collection: Collection[Document],
    filters: Mapping[str, Any],
    near: tuple[float, float],
    key: Key | None,
    limit: int,
) -> list[Document]:
    metres, case_id = key or (0, "")
    around: Document = {
        "near": {"type": "Point", "coordinates": list(near)},
        "key": "point",
        "distanceField": METRES,
        "minDistance": metres,
        "query": dict(filters),
    }
    further = {"$or": [{METRES: {"$gt": metres}}, {METRES: metres, "_id": {"$gt": case_id}}]}
    stages: list[Document] = [
        {"$geoNear": around},
        {"$match": further},
        {"$sort": {METRES: 1, "_id": 1}},
        {"$limit": limit},
    ]
    return list(collection.aggregate(stages))
