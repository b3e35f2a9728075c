"""The views that analysts read, by name; `steward provision` brings the database to them."""

from typing import Any

from services.evaluation.analysis.campaigns import CAMPAIGNS
from services.evaluation.analysis.cases import CASES, RATINGS
from services.evaluation.analysis.counts import COUNTS
from services.evaluation.analysis.places import UNITS
from services.evaluation.analysis.view import View
from shared.runtime.mongo import Mongo

VIEWS: dict[str, View] = {view.name: view for view in (CASES, RATINGS, COUNTS, CAMPAIGNS, UNITS)}


def put_views(db: Mongo) -> None:
    """Create what is missing and change what is different; done again, it changes nothing.

    Raises OperationFailure for who may not, or where a collection has the name of a view.
    """
    known = {found["name"]: found["options"] for found in db.list_collections(filter={"type": "view"})}
    for view in VIEWS.values():
        wanted: dict[str, Any] = {"viewOn": view.source, "pipeline": view.pipeline}
        if view.name not in known:
            db.create_collection(view.name, **wanted)
        elif known[view.name] != wanted:
            db.command("collMod", view.name, **wanted)
