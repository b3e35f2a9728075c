"""Webhooks: how other systems ask to be told of events, and what they are shown of it."""

from marshmallow import fields, validate

from shared.contracts import event_types
from shared.contracts.fields import Moment, Strict, Tolerant

URL, EVENTS = "https://city.example/steward", ["ReportAccepted", "OrderCompleted"]
WEBHOOK = "019b1d2c-9a10-7d21-8b52-0c4e1f6a2b33"
"""Examples."""
EVENT_TYPES = frozenset(value for name, value in vars(event_types).items() if name.isupper())


class RegisterWebhook(Strict):
    url = fields.String(
        required=True,
        validate=validate.Length(1, 2000),
        metadata={"example": URL, "description": "https, on the public internet."},
    )
    events = fields.List(
        fields.String(validate=validate.OneOf(sorted(EVENT_TYPES), error="There is no such event.")),
        load_default=list,
        validate=validate.Length(max=len(EVENT_TYPES)),
        metadata={"example": EVENTS, "description": "Empty: all of them."},
    )
    unit = fields.String(
        validate=validate.Length(1, 64),
        metadata={"example": "licheng", "description": "Only of cases in this unit and below it."},
    )


class WebhookView(Tolerant):
    webhook_id = fields.String(required=True, metadata={"example": WEBHOOK})
    url = fields.String(required=True, metadata={"example": URL})
    events = fields.List(fields.String(), required=True, metadata={"example": EVENTS})
    unit = fields.String(required=True, allow_none=True)
    created_at = Moment(required=True, metadata={"example": "2026-11-02T00:15:00.000Z"})


class RegisteredView(WebhookView):
    secret = fields.String(
        required=True,
        metadata={
            "example": "whsec_ZXhhbXBsZQ",
            "description": "Signs what is sent. Shown now, and never again.",
        },
    )


class DeadView(Tolerant):
    id = fields.String(
        required=True,
        attribute="_id",
        metadata={"example": f"{WEBHOOK}-4711", "description": "As in the header webhook-id."},
    )
    body = fields.Dict(
        required=True,
        metadata={"example": {"type": EVENTS[0], "data": {}}, "description": "What was to be delivered."},
    )
    attempts = fields.Integer(required=True, metadata={"example": 8})
    error = fields.String(
        required=True, metadata={"example": "answered 500", "description": "Why the last attempt failed."}
    )
    dead_at = Moment(required=True, metadata={"example": "2026-11-04T02:05:00.000Z"})


class RedeliveryView(Tolerant):
    again = fields.Integer(required=True, metadata={"example": 1, "description": "How many are tried again."})
