"""Schemas and fields that several contracts use."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from shared.contracts.positions import DATUMS

TEXT_LIMIT = 5000
"""Characters; the longest of 2,000 real messages to a city had 3,145."""
NOTE_LIMIT = 1000
NAME_LIMIT = 100
MOST_PICTURES = 9
"""Named in one step."""


class Strict(Schema):
    """What comes from outside: an unknown field is an error, as it is most often a misspelt one."""

    class Meta:
        unknown = RAISE


class Nothing(Strict):
    """The body of a command whose verb says it all."""


class Tolerant(Schema):
    """What comes from another service: fields that a newer sender adds are ignored."""

    class Meta:
        unknown = EXCLUDE


class Moment(fields.AwareDateTime):
    """A point in time; always with its offset, always UTC and to the millisecond when written."""

    default_error_messages = {  # noqa: RUF012 - declared so by marshmallow
        "invalid": "Write a moment as 2026-03-01T16:30:00+08:00.",
        "invalid_awareness": "Say the offset from UTC too, as in 2026-03-01T16:30:00+08:00.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **kwargs)

    def _deserialize(self, *args: Any, **kwargs: Any) -> datetime:
        """In UTC; a moment that lies outside the calendar there is invalid."""
        value: datetime = super()._deserialize(*args, **kwargs)
        try:
            return value.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid", input=args[0], obj_type=self.OBJ_TYPE) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else moment(value)


def moment(value: datetime) -> str:
    """`2026-03-01T08:30:00.000Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def free_text(limit: int, **kwargs: Any) -> fields.String:
    """Words that must say something, and at most `limit` characters."""
    rules: list[Callable[[str], object]] = [
        validate.Length(max=limit),
        validate.Regexp(r"^[\s\S]*\S", error="Must not be blank."),
        _is_unicode,
    ]
    return fields.String(validate=rules, **kwargs)


def web_address(limit: int, **kwargs: Any) -> fields.Url:
    """Of something that is kept elsewhere."""
    return fields.Url(schemes={"http", "https"}, validate=[validate.Length(max=limit), _is_unicode], **kwargs)


def case_id(**kwargs: Any) -> fields.String:
    return fields.String(validate=fields.UUID().deserialize, **kwargs)


def picture_id(**kwargs: Any) -> fields.String:
    """Of POST /pictures."""
    return fields.String(validate=fields.UUID().deserialize, **kwargs)


def picture_ids() -> fields.List[str]:
    return fields.List(
        picture_id(),
        validate=validate.Length(max=MOST_PICTURES),
        metadata={"description": "Of POST /pictures, sent before by the same person; each is named once."},
    )


def _is_unicode(text: str) -> None:
    """JSON can escape half a surrogate pair, but nobody can store it."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("Holds half a character.") from error


class Truth(fields.Boolean):
    """JSON's true or false, and nothing that only looks like it: neither 0 nor "yes"."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """JSON's number: no text of digits, and not true for 1."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **kwargs)


class GivenPosition(Strict):
    """A position as a phone sends it. The datum is required: guessing it errs by half a kilometre."""

    lon = Number(required=True, validate=validate.Range(-180, 180), metadata={"example": 119.0123})
    lat = Number(required=True, validate=validate.Range(-90, 90), metadata={"example": 25.4321})
    datum = fields.String(
        required=True,
        validate=validate.OneOf(DATUMS),
        error_messages={"required": f"Say in which datum the position is: one of {', '.join(DATUMS)}."},
        metadata={"example": "GCJ-02"},
    )


class Position(Tolerant):
    """WGS-84, degrees."""

    lon = fields.Float(required=True)
    lat = fields.Float(required=True)


class ShownPosition(Position):
    """As it is answered over HTTP: in the datum that was asked for."""

    datum = fields.String(validate=validate.OneOf(DATUMS))


class TimelineEntry(Tolerant):
    at = Moment(required=True)
    service = fields.String(required=True)
    event = fields.String(required=True)
    state = fields.String(required=True)
    role = fields.String(required=True)


class CaseView(Tolerant):
    """What every aggregate shows: who it is, where it stands, and what may be done next."""

    case_id = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)
    allowed = fields.List(fields.String(), required=True, metadata={"description": "Verbs this state allows."})
    timeline = fields.List(fields.Nested(TimelineEntry), required=True)
