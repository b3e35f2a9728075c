"""What a feature of `units.geojson` must look like by itself."""

import math
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from services.dispatch.organisation.rows import IDENTIFIER, NAME
from shared.kernel.units import Level, Unit


class Position(fields.Field[tuple[float, float]]):
    """[longitude, latitude] in degrees; a height after them is dropped."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) < 2 or not all(map(_is_number, value)):
            raise ValidationError("Must be [longitude, latitude].")
        lon, lat = float(value[0]), float(value[1])
        if abs(lon) > 180 or abs(lat) > 90:
            raise ValidationError("Must lie within ±180 and ±90 degrees.")
        return lon, lat


def closed(ring: list[tuple[float, float]]) -> None:
    """RFC 7946, 3.1.6: at least four positions, the last of which is the first."""
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValidationError("Must be a closed ring of at least 4 positions.")


class PolygonSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    type = fields.String(required=True, validate=validate.Equal("Polygon"))
    coordinates = fields.List(
        fields.List(Position(), validate=closed),
        required=True,
        validate=validate.Length(min=1, error="Must have an outer ring."),
    )


class UnitProperties(Schema):
    class Meta:
        unknown = EXCLUDE

    code = fields.String(required=True, validate=IDENTIFIER)
    name_zh = fields.String(required=True, validate=NAME)
    name_en = fields.String(required=True, validate=NAME)
    level = fields.Enum(Level, by_value=True, required=True)
    parent = fields.String(required=True, allow_none=True)


class UnitFeature(Schema):
    class Meta:
        unknown = EXCLUDE

    type = fields.String(required=True, validate=validate.Equal("Feature"))
    properties = fields.Nested(UnitProperties, required=True)
    geometry = fields.Nested(PolygonSchema, required=True, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Unit:
        geometry = data["geometry"]
        return Unit(
            **data["properties"],
            polygon=geometry and tuple(tuple(ring) for ring in geometry["coordinates"]),
        )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
