"""HTTP for the map of the city: GeoJSON, a page at a time."""

from typing import Any

from flask import Response, json, request
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.rest.reading import LINK, linked
from shared.contracts.maps import FeatureCollectionView, MapQuery
from shared.contracts.topology import FEED
from shared.kernel.actor import ANALYST, DISPATCHER, INSPECTOR, REPRESENTATIVE, RESIDENT, STEWARD
from shared.runtime.calls import Calls

GEOJSON = "application/geo+json"
FIELDS = frozenset(MapQuery().fields)


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/map/cases")
    @blueprint.doc(summary="全市一张图 Where the cases are", security=BEARER)
    @requires(RESIDENT, REPRESENTATIVE, STEWARD, DISPATCHER, INSPECTOR, ANALYST)
    @blueprint.arguments(MapQuery, location="query")
    @blueprint.response(200, FeatureCollectionView, content_type=GEOJSON, headers=LINK)
    def map_cases(_query: dict[str, Any]) -> Response:
        # The question goes on as it came: the service reads it with the same schema.
        asked = {name: value for name, value in request.args.items() if name in FIELDS}
        answer = calls.call(FEED, "map_cases", by=caller(), query=asked)
        after = answer.pop("after")
        return linked(Response(json.dumps(answer), content_type=GEOJSON), after)
