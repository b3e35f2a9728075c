"""Pictures: the copies there are of each, and what is told of one."""

from marshmallow import fields

from shared.contracts.fields import Moment, Tolerant

ORIGINAL, VIEW, THUMBNAIL = "original", "view", "thumbnail"
VARIANTS = (ORIGINAL, VIEW, THUMBNAIL)
"""The file as it was sent, kept as evidence; the copy that people see; and the small one for lists."""
LARGEST = 15 * 1024 * 1024
"""Bytes of a picture as it is sent."""
COPIES_TYPE = "image/jpeg"
"""Of the copies that people see, whatever was sent."""


class PictureView(Tolerant):
    """`width` and `height` in pixels, upright; `media_type` and `size` in bytes are of what was sent."""

    picture_id = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    received_at = Moment(required=True)


class LookView(Tolerant):
    """That somebody was given the original."""

    subject = fields.String(required=True)
    role = fields.String(required=True)
    unit = fields.String(allow_none=True)
    at = Moment(required=True)


class Described(PictureView):
    """What the gateway decides by who may see it: its owner alone, until it belongs to a case."""

    owner = fields.String(required=True)
    case_id = fields.String(allow_none=True)
    sizes = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
