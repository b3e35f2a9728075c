"""Positions in answers: in the datum that was asked for, and never without saying which it is."""

from typing import Any

from marshmallow import fields, validate

from shared.contracts.fields import Strict
from shared.contracts.positions import DATUMS, WGS84, from_wgs84

PLACES = 6
"""Decimals of a degree: a tenth of a metre."""


class DatumQuery(Strict):
    datum = fields.String(
        load_default=WGS84,
        validate=validate.OneOf(DATUMS),
        metadata={"description": "In which datum positions are answered: that of the map they are drawn on."},
    )


def positioned(content: Any, datum: str = WGS84) -> Any:
    """The content of a service's answer, whose positions are in WGS-84; what carries a datum of its own stays so."""
    match content:
        case {"lon": int() | float() as lon, "lat": int() | float() as lat} if "datum" not in content:
            east, north = from_wgs84(lon, lat, datum)
            return {**content, "lon": round(east, PLACES), "lat": round(north, PLACES), "datum": datum}
        case dict():
            return {name: positioned(part, datum) for name, part in content.items()}
        case list():
            return [positioned(part, datum) for part in content]
    return content
