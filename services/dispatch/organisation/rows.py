"""What a row of each of the organisation's tables must look like by itself."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.shifts import Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.contracts.catalogue import Duty
from shared.contracts.cells import WordList
from shared.kernel.partners import PartnerKind

IDENTIFIER = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9._-]*$", error="Must be letters, digits, '.', '_' and '-'.")
NAME = validate.Length(min=1, error="Must not be empty.")


class Hours(fields.Field[Shift]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Shift:
        try:
            return Shift.parse(value)
        except ValueError as error:
            raise ValidationError("Must be always, worktime or two times, as 22:00-06:00.") from error


class Degrees(fields.Float):
    """Of longitude or latitude; an empty cell is None."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        within = validate.Range(-most, most, error=f"Must lie within ±{most} degrees.")
        super().__init__(validate=within, allow_none=True, **kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return super().deserialize(None if value == "" else value, *args, **kwargs)


class StewardRow(Schema):
    subject = fields.String(required=True, validate=IDENTIFIER)
    name = fields.String(required=True, validate=NAME)
    unit = fields.String(required=True, validate=NAME)
    partner_kind = fields.Enum(PartnerKind, by_value=True, required=True)
    occupation = fields.Enum(Occupation, by_value=True, required=True)
    skills = WordList(fields.String(), required=True)
    area = fields.String(required=True, validate=NAME)
    capacity = fields.Integer(required=True, validate=validate.Range(min=1))
    pledge = fields.String(required=True, validate=NAME)
    lon = Degrees(180, required=True)
    lat = Degrees(90, required=True)
    shift = Hours(required=True)

    @validates_schema
    def check_position(self, data: dict[str, Any], **_: Any) -> None:
        for missing, given in (("lon", "lat"), ("lat", "lon")):
            if data.get(missing) is None and data.get(given) is not None:
                raise ValidationError(f"Must be given with {given}.", missing)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Steward:
        return Steward(**data | {"skills": frozenset(data["skills"])})


class DispatcherRow(Schema):
    subject = fields.String(required=True, validate=IDENTIFIER)
    name = fields.String(required=True, validate=NAME)
    unit = fields.String(required=True, validate=NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Dispatcher:
        return Dispatcher(**data)


class DutyRow(Schema):
    category = fields.String(required=True, validate=NAME)
    unit = fields.String(required=True, validate=NAME)
    holder = fields.Enum(Duty, by_value=True, required=True)
    responsible = fields.String(required=True, validate=NAME)
    basis = fields.String(required=True, validate=NAME)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> DutyEntry:
        return DutyEntry(**data)


class OfferRow(Schema):
    code = fields.String(required=True, validate=IDENTIFIER)
    station = fields.String(required=True, validate=NAME)
    name_zh = fields.String(required=True, validate=NAME)
    name_en = fields.String(required=True, validate=NAME)
    service = fields.Enum(ServiceFunction, by_value=True, required=True)
    categories = WordList(
        fields.String(), required=True, validate=validate.Length(min=1, error="Must name at least one category.")
    )
    unit = fields.String(required=True, validate=NAME)
    lon = fields.Float(required=True, validate=validate.Range(-180, 180, error="Must lie within ±180 degrees."))
    lat = fields.Float(required=True, validate=validate.Range(-90, 90, error="Must lie within ±90 degrees."))
    hours = Hours(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Offer:
        return Offer(**data | {"categories": frozenset(data["categories"])})
