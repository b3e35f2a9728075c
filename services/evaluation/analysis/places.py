"""Places in views: codes of units, from the district down to the grid. A building would be somebody's home."""

from typing import Any

from services.evaluation.analysis.view import Stage, View, text
from shared.kernel.units import Level

SHOWN = tuple(level for level in Level if level is not Level.BUILDING)


def known_units(codes: str) -> Stage:
    """Adds `known`: those units of the field `codes` that may be shown, with their levels."""
    shown = [{"$match": {"level": {"$in": [level.value for level in SHOWN]}}}, {"$project": {"level": 1}}]
    return {"$lookup": {"from": "units", "localField": codes, "foreignField": "_id", "pipeline": shown, "as": "known"}}


def known_unit(*conditions: Any) -> Any:
    """The code of the first of `known` that meets all conditions, each told of `$$unit`."""
    matching = {"$filter": {"input": "$known", "as": "unit", "cond": {"$and": list(conditions)}}}
    return {"$getField": {"field": "_id", "input": {"$first": matching}}}


UNITS = View(
    "analysis_units",
    "units",
    [{"$match": {"level": {"$in": [level.value for level in SHOWN]}}}],
    [text("code", "$_id"), text("name_zh"), text("name_en"), text("level"), text("parent")],
)
