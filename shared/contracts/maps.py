"""全市一张图: what is asked of the map, and how it answers (GeoJSON, RFC 7946)."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.fields import Moment, Strict
from shared.contracts.positions import GCJ02, WGS84

OPEN, CLOSED = "open", "closed"
STATES = {
    OPEN: ("submitted", "needs_information", "accepted", "in_service", "served"),
    CLOSED: ("closed",),
}
"""What is asked for → the states of reports. Rejected, withdrawn and merged ones are on no map."""
MOST_FEATURES = 1000

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""


class BoundingBox(fields.Field[Box]):
    """`west,south,east,north`, as RFC 7946 section 5 orders them; it cannot cross the antimeridian."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Box:
        try:
            west, south, east, north = (float(part) for part in str(value).split(","))
        except ValueError as error:
            raise ValidationError("Write it as west,south,east,north in degrees.") from error
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValidationError("West and south come first, and all lie on the globe.")
        return west, south, east, north


class MapQuery(Strict):
    bbox = BoundingBox(
        metadata={
            "type": "string",
            "example": "118.9,25.3,119.1,25.5",
            "description": "West, south, east, north; in the datum that is asked for.",
        }
    )
    datum = fields.String(
        load_default=WGS84,
        validate=validate.OneOf((WGS84, GCJ02)),
        metadata={"description": "Of bbox and answer. GeoJSON is WGS-84; GCJ-02 is for maps that need it."},
    )
    unit = fields.String(
        validate=validate.Length(1, 64), metadata={"description": "Only in this unit and below it; for staff."}
    )
    category = fields.String(
        validate=validate.Length(1, 64), metadata={"description": "A code of the catalogue; all, unless one is named."}
    )
    state = fields.String(
        validate=validate.OneOf((OPEN, CLOSED)), metadata={"description": "Both, unless one is named."}
    )
    since = Moment(metadata={"description": "Reported at that moment or later."})
    until = Moment(metadata={"description": "Reported before that moment."})
    after = fields.String(metadata={"description": "As in the Link (rel=next) of the page before."})
    limit = fields.Integer(
        load_default=500,
        validate=validate.Range(1, MOST_FEATURES),
        metadata={"description": "How many features a page holds."},
    )

    @validates_schema
    def _in_order(self, asked: dict[str, Any], **_: Any) -> None:
        if {"since", "until"} <= asked.keys() and asked["since"] >= asked["until"]:
            raise ValidationError("Must be later than since.", "until")


class FeatureView(Schema):
    type = fields.String(required=True, validate=validate.Equal("Feature"), metadata={"example": "Feature"})
    id = fields.String(required=True, metadata={"description": "The case, or the cell of the grid."})
    geometry = fields.Dict(
        required=True,
        metadata={
            "description": "A Point for staff; for others a Polygon, a cell of a coarse grid.",
            "example": {"type": "Point", "coordinates": [119.0123, 25.4321]},
        },
    )
    properties = fields.Dict(
        required=True,
        metadata={
            "description": "Category, states, unit and time of a case; of a cell how many cases are open and closed.",
            "example": {"category": "rubbish_heap", "state": "in_service", "unit": "licheng"},
        },
    )


class FeatureCollectionView(Schema):
    type = fields.String(
        required=True, validate=validate.Equal("FeatureCollection"), metadata={"example": "FeatureCollection"}
    )
    datum = fields.String(required=True, metadata={"example": WGS84})
    features = fields.List(fields.Nested(FeatureView), required=True)
