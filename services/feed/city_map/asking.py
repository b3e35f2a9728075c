"""Asking the map. Staff see cases where they are, as far as they are theirs; everybody else a coarse grid.

| who | what |
|---|---|
| dispatcher, inspector | every case of their unit and below, exactly |
| analyst | every case but disputes, exactly |
| resident, representative, steward | how many cases lie in each cell; of nobody's home: no dispute, no wish, no care |
"""

from collections.abc import Mapping
from typing import Any

from pymongo.collection import Collection

from services.feed.city_map import grid
from services.feed.city_map.boxes import in_wgs84, on_grid, shown_in, within
from shared.contracts.catalogue import Category, Kind
from shared.contracts.fields import moment
from shared.contracts.maps import STATES
from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, OPERATOR, Actor
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.listing import Listing
from shared.runtime.pages import read_page

Document = dict[str, Any]
AT_HOME = frozenset({"care"})
"""Skills that are wanted where somebody lives who needs help."""


class CityMap:
    def __init__(self, cases: Collection[Document], catalogue: Mapping[str, Category]) -> None:
        self._cases = cases
        self._catalogue = catalogue

    def answer(self, by: Actor, asked: Mapping[str, Any]) -> Document:
        """A FeatureCollection, and `after`: where the next page begins. Raises Forbidden or Invalid."""
        if by.role == OPERATOR:
            raise Forbidden("look", by.role, "Where cases are is case content, which operators never see.")
        features, after = self._exact(by, asked) if by.role in EXACT else self._coarse(asked)
        return {"type": "FeatureCollection", "datum": asked["datum"], "features": features, "after": after}

    def _exact(self, by: Actor, asked: Mapping[str, Any]) -> tuple[list[Document], str | None]:
        filters = self._filters(asked, self._hidden_from_analysts() if by.role == ANALYST else [])
        units = [unit for unit in (by.unit if by.role != ANALYST else None, asked.get("unit")) if unit]
        if by.role != ANALYST and not by.unit:
            raise Forbidden("look", by.role, "Send a token that names your unit: the map is of a unit.")
        if units:
            filters["unit_path"] = {"$all": units}
        if "bbox" in asked:
            filters |= within(in_wgs84(asked["bbox"], asked["datum"]))
        found, after = read_page(self._cases, Listing(filters), asked.get("after"), asked["limit"])
        return [_feature(case, asked["datum"]) for case in found], after

    def _coarse(self, asked: Mapping[str, Any]) -> tuple[list[Document], str | None]:
        if "unit" in asked:
            raise Invalid({"unit": ["Only staff ask by unit: ask by bbox."]})
        filters = self._filters(asked, self._nobodys_business())
        if "bbox" in asked:
            filters |= within(on_grid(in_wgs84(asked["bbox"], asked["datum"])))
        return grid.count(self._cases, filters, asked["datum"], asked.get("after"), asked["limit"])

    def _filters(self, asked: Mapping[str, Any], hidden: list[str]) -> Document:
        states = STATES[asked["state"]] if "state" in asked else [one for every in STATES.values() for one in every]
        category: Document = {"$nin": hidden, **({"$eq": asked["category"]} if "category" in asked else {})}
        if hidden:
            category["$in"] = list(self._catalogue)  # what nobody has sorted yet may be anything
        filters: Document = {"point": {"$exists": True}, "state": {"$in": list(states)}, "category": category}
        times = {sign: asked[name] for name, sign in (("since", "$gte"), ("until", "$lt")) if name in asked}
        return {**filters, **({"reported_at": times} if times else {})}

    def _hidden_from_analysts(self) -> list[str]:
        """A dispute is confidential: it stays with who settles it."""
        return [code for code, category in self._catalogue.items() if category.kind == Kind.DISPUTE]

    def _nobodys_business(self) -> list[str]:
        """What would show who is in need, or in a quarrel."""
        private = (Kind.DISPUTE, Kind.WISH)
        return [code for code, one in self._catalogue.items() if one.kind in private or one.skills & AT_HOME]


EXACT = (DISPATCHER, INSPECTOR, ANALYST)


def _feature(case: Document, datum: str) -> Document:
    lon, lat = case["point"]["coordinates"]
    return {
        "type": "Feature",
        "id": case["_id"],
        "geometry": {"type": "Point", "coordinates": shown_in(lon, lat, datum)},
        "properties": {
            "category": case.get("category"),
            "state": case["state"],
            "order_state": case.get("order_state"),
            "unit": case["unit_path"][-1] if case["unit_path"] else None,
            "reported_at": moment(case["reported_at"]),
        },
    }
