"""Evaluations: the snapshot that their events carry, the command that evaluation takes, its view."""

from marshmallow import Schema, fields, validate

from shared.contracts.answers import SATISFACTION
from shared.contracts.fields import NOTE_LIMIT, CaseView, Moment, Strict, Tolerant, free_text


class EvaluationSnapshot(Tolerant):
    round = fields.Integer(required=True)
    rework_requested_at = Moment()
    settled_at = Moment()
    expired_at = Moment()


class RateCase(Strict):
    contacted = fields.Boolean(required=True, metadata={"description": "Did the steward contact you?"})
    resolved = fields.Boolean(required=True, metadata={"description": "Is it resolved?"})
    satisfaction = fields.String(required=True, validate=validate.OneOf(SATISFACTION))
    stars = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    words = free_text(NOTE_LIMIT)


COMMANDS: dict[str, type[Schema]] = {"rate": RateCase}
"""What each verb takes."""


class Rating(Tolerant):
    round = fields.Integer()
    contacted = fields.Boolean()
    resolved = fields.Boolean()
    satisfaction = fields.String()
    stars = fields.Integer()
    at = Moment()


class EvaluationView(CaseView):
    round = fields.Integer()
    reporter = fields.String()
    category = fields.String()
    unit = fields.String()
    unit_path = fields.List(fields.String())
    served_by = fields.String()
    invited_at = Moment()
    due_at = Moment(metadata={"description": "End of the rating window."})
    ratings = fields.List(fields.Nested(Rating))
    words = fields.List(fields.String())
    rework_requested_at = Moment()
    settled_at = Moment()
    expired_at = Moment()
