"""The map for everybody: how many cases lie in each cell of a coarse grid."""

import re
from typing import Any

from pymongo.collection import Collection

from services.feed.city_map.boxes import CELL, shown_in
from shared.contracts.maps import CLOSED, STATES
from shared.kernel.errors import Invalid

Document = dict[str, Any]
CURSOR = re.compile(r"(-?\d{1,6})_(-?\d{1,6})")
"""The cell's number from west to east and from south to north, counted from longitude and latitude 0."""


def count(
    cases: Collection[Document], filters: Document, datum: str, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """Cells from west to east, as features, and the cursor of the next page. Raises Invalid for a bad cursor."""
    is_closed = {"$in": ["$state", list(STATES[CLOSED])]}
    found = cases.aggregate(
        [
            {"$match": filters},
            {"$group": {"_id": _CELL_OF_CASE, CLOSED: {"$sum": {"$cond": [is_closed, 1, 0]}}, "cases": {"$sum": 1}}},
            {"$match": _beyond(after)},
            {"$sort": {"_id.x": 1, "_id.y": 1}},
            {"$limit": limit + 1},
        ]
    )
    cells = list(found)
    features = [_feature(cell, datum) for cell in cells[:limit]]
    return features, features[-1]["id"] if len(cells) > limit else None


_CELL_OF_CASE = {
    axis: {"$toInt": {"$floor": {"$divide": [{"$arrayElemAt": ["$point.coordinates", place]}, CELL]}}}
    for place, axis in enumerate("xy")
}


def _beyond(after: str | None) -> Document:
    if after is None:
        return {}
    if not (cell := CURSOR.fullmatch(after)):
        raise Invalid({"after": ["Not a cursor of this list: take it from the Link of the page before."]})
    x, y = int(cell[1]), int(cell[2])
    return {"$or": [{"_id.x": {"$gt": x}}, {"_id.x": x, "_id.y": {"$gt": y}}]}


def _feature(cell: Document, datum: str) -> Document:
    """The ring runs against the clock (RFC 7946, section 3.1.6)."""
    x, y = cell["_id"]["x"], cell["_id"]["y"]
    ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]
    corners = [shown_in(round(column * CELL, 6), round(row * CELL, 6), datum) for column, row in ring]
    return {
        "type": "Feature",
        "id": f"{x}_{y}",
        "geometry": {"type": "Polygon", "coordinates": [corners]},
        "properties": {"open": cell["cases"] - cell[CLOSED], "closed": cell[CLOSED]},
    }
