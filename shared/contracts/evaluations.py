"""Evaluations: the snapshot that their events carry, the commands that evaluation takes, its views."""

from marshmallow import Schema, fields, validate

from shared.contracts.answers import SATISFACTION
from shared.contracts.fields import NOTE_LIMIT, CaseView, Moment, Strict, Tolerant, Truth, free_text

APPEAL_GROUNDS = ("not_our_duty", "beyond_control", "unreasonable_demand", "wrong_record")
"""Why whoever served appeals: 非我职责, 不可抗力, 诉求不合理, 记录有误."""


class EvaluationSnapshot(Tolerant):
    round = fields.Integer(required=True)
    stars = fields.Integer(metadata={"description": "Of the last rating."})
    rework_requested_at = Moment()
    settled_at = Moment(allow_none=True)
    expired_at = Moment(allow_none=True)


class RateCase(Strict):
    contacted = Truth(required=True, metadata={"description": "Did the steward contact you?"})
    resolved = Truth(required=True, metadata={"description": "Is it resolved?"})
    satisfaction = fields.String(required=True, validate=validate.OneOf(SATISFACTION))
    stars = fields.Integer(required=True, strict=True, validate=validate.Range(1, 5))
    words = free_text(NOTE_LIMIT)


class IssueLink(Strict):
    reporter = fields.String(required=True, metadata={"description": "Whose answer is awaited, and who has no phone."})


class AppealCase(Strict):
    ground = fields.String(required=True, validate=validate.OneOf(APPEAL_GROUNDS))
    reason = free_text(NOTE_LIMIT, required=True)


class ReviewAppeal(Strict):
    granted = Truth(required=True)
    reason = free_text(NOTE_LIMIT, required=True)


COMMANDS: dict[str, type[Schema]] = {
    "rate": RateCase,
    "issue_link": IssueLink,
    "appeal": AppealCase,
    "review": ReviewAppeal,
}
"""What each verb takes."""


class Rating(Tolerant):
    round = fields.Integer()
    contacted = fields.Boolean()
    resolved = fields.Boolean()
    satisfaction = fields.String()
    stars = fields.Integer()
    at = Moment()
    via = fields.String(metadata={"description": "`link`, where it was not by an account."})


class RatingLink(Tolerant):
    reporter = fields.String()
    round = fields.Integer()
    at = Moment()
    token = fields.String(metadata={"description": "Of the page /r/{token}, good for one answer in this round."})


class Review(Tolerant):
    at = Moment()
    granted = fields.Boolean()


class Appeal(Tolerant):
    round = fields.Integer()
    at = Moment()
    ground = fields.String()
    reviews = fields.List(fields.Nested(Review))
    decided_at = Moment()
    granted = fields.Boolean()
    lapsed_at = Moment(metadata={"description": "When the case was reopened before it was decided."})


class AskedByLink(Tolerant):
    """What somebody with a link is asked about; nothing in it says who they are."""

    category = fields.String()
    served_at = Moment()
    due_at = Moment(data_key="until", metadata={"description": "Until when the link can be used."})


class EvaluationView(CaseView):
    round = fields.Integer()
    reporter = fields.String()
    reported_at = Moment()
    void_as = fields.String(allow_none=True, metadata={"description": "rejected, withdrawn or merged."})
    category = fields.String()
    unit = fields.String()
    unit_path = fields.List(fields.String())
    served_by = fields.String()
    invited_at = Moment()
    due_at = Moment(metadata={"description": "End of the rating window."})
    ratings = fields.List(fields.Nested(Rating))
    words = fields.List(fields.String())
    rework_requested_at = Moment()
    settled_at = Moment(allow_none=True)
    expired_at = Moment(allow_none=True)
    overdue_at = Moment(metadata={"description": "The last deadline that passed while nobody had served it."})
    links = fields.List(fields.Nested(RatingLink), metadata={"description": "Of this round, for dispatchers."})
    appeal = fields.Nested(Appeal)
    appeal_reason = fields.String()
    review_reasons = fields.List(fields.String(), metadata={"description": "Of the reviews, in their order."})
    exempt = fields.Boolean(metadata={"description": "Left out of the statistics, as an appeal was granted."})
