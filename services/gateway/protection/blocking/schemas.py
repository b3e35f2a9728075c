"""A block as it is asked for and shown."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.gateway.protection.addresses import is_address
from services.gateway.protection.limiting.kinds import ADDRESS, WHOM
from shared.contracts.fields import NAME_LIMIT, NOTE_LIMIT, Moment, Strict, free_text


class MakeBlock(Strict):
    of = fields.String(required=True, validate=validate.OneOf(WHOM))
    whose = free_text(
        NAME_LIMIT,
        required=True,
        metadata={"description": "A subject, the id of a program, or an address; of an IPv6 address its whole /64."},
    )
    reason = free_text(NOTE_LIMIT, required=True)
    until = Moment(required=True, metadata={"description": "At most a year ahead."})

    @validates_schema
    def names_an_address(self, given: Mapping[str, Any], **_: Any) -> None:
        if given["of"] == ADDRESS and not is_address(given["whose"]):
            raise ValidationError("Write an IPv4 or IPv6 address.", "whose")


class BlocksQuery(Strict):
    after = fields.String(metadata={"description": "As in the Link (rel=next) of the page before."})


class DeedView(Schema):
    did = fields.String(required=True, validate=validate.OneOf(("blocked", "lifted")))
    at = Moment(required=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)


class BlockView(Schema):
    block_id = fields.String(required=True)
    of = fields.String(required=True, validate=validate.OneOf(WHOM))
    whose = fields.String(required=True)
    reason = fields.String(required=True)
    until = Moment(required=True)
    is_lifted = fields.Boolean(required=True)
    trace = fields.List(fields.Nested(DeedView), required=True)
