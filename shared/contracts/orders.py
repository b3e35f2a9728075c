"""Work orders: the snapshot that their events carry, the commands that dispatch takes, its view."""

from marshmallow import Schema, fields, validate

from shared.contracts.fields import (
    NOTE_LIMIT,
    TEXT_LIMIT,
    CaseView,
    GivenPosition,
    Moment,
    Nothing,
    Position,
    Strict,
    Tolerant,
    free_text,
)


class Round(Tolerant):
    """One go at the work. The first round is opened by the report, each later one by a rework."""

    reopened_at = Moment()
    started_at = Moment()
    completed_at = Moment()
    served_by = fields.String()


class OrderSnapshot(Tolerant):
    reporter = fields.String(required=True)
    category = fields.String(required=True)
    opened_at = Moment(required=True)
    unit = fields.String()
    unit_path = fields.List(fields.String())
    assignee = fields.String(allow_none=True)
    returns = fields.Integer()
    rounds = fields.List(fields.Nested(Round), required=True)
    cancelled_at = Moment()
    closed_at = Moment(allow_none=True)


class PlaceOrder(Strict):
    unit = fields.String(required=True, metadata={"description": "Code of the unit that the case belongs to."})


class AssignOrder(Strict):
    steward = fields.String(required=True, metadata={"description": "Subject of the steward."})


class ReturnOrder(Strict):
    reason = free_text(NOTE_LIMIT, required=True)


class Evidence(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(("before", "after")))
    reference = free_text(500, required=True, metadata={"description": "Where the picture is kept."})
    taken_at = Moment(required=True)
    position = fields.Nested(GivenPosition)


class CompleteOrder(Strict):
    answer = free_text(TEXT_LIMIT, required=True, metadata={"description": "The public answer 公开答复."})
    evidence = fields.List(fields.Nested(Evidence), load_default=list, validate=validate.Length(max=20))


COMMANDS: dict[str, type[Schema]] = {
    "place": PlaceOrder,
    "assign": AssignOrder,
    "claim": Nothing,
    "accept": Nothing,
    "return": ReturnOrder,
    "start": Nothing,
    "complete": CompleteOrder,
}
"""What each verb takes."""


class EvidenceView(Tolerant):
    kind = fields.String()
    reference = fields.String()
    taken_at = Moment()
    position = fields.Dict(metadata={"description": "As the phone sent it, with its datum."})


class OrderView(CaseView):
    reporter = fields.String(required=True)
    category = fields.String(required=True)
    position = fields.Nested(Position)
    opened_at = Moment(required=True)
    unit = fields.String()
    unit_path = fields.List(fields.String())
    assignee = fields.String(allow_none=True)
    returns = fields.Integer()
    supervised = fields.Boolean(metadata={"description": "Under supervision 督办 after a second rework."})
    rounds = fields.List(fields.Nested(Round))
    why = fields.Dict(metadata={"description": "Why it went to whom: candidates, exclusions, the reason."})
    answer = fields.String()
    evidence = fields.List(fields.Nested(EvidenceView))
    return_reason = fields.String()
    cancelled_at = Moment()
    closed_at = Moment(allow_none=True)
