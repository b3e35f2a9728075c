"""Work orders: the snapshot that their events carry, the commands that dispatch takes, its view."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.fields import (
    NOTE_LIMIT,
    TEXT_LIMIT,
    CaseView,
    GivenPosition,
    Moment,
    Nothing,
    ShownPosition,
    Strict,
    Tolerant,
    free_text,
    picture_id,
)
from shared.contracts.organisation import DutyView

GROUNDS = ("not_our_duty", "wrong_skills", "no_capacity", "other")
"""Why a steward returns an order."""
PARTIES = ("community", "property_company", "residents")
"""三方 of a deliberation."""


class Round(Tolerant):
    """One go at the work. The first round is opened by the report, each later one by a rework."""

    reopened_at = Moment()
    started_at = Moment()
    completed_at = Moment()
    served_by = fields.String()
    due_at = Moment(allow_none=True)
    in_time = fields.Boolean()
    handling = fields.Integer(metadata={"description": "Seconds of the finish clock, in the category's time."})
    to_verify = fields.Boolean(metadata={"description": "Whether somebody else has to look at it before it is rated."})
    verified_at = Moment()
    pictures = fields.List(fields.String(), metadata={"description": "Ids of the evidence."})


class Serving(Tolerant):
    """Who holds the order, or held it last."""

    steward = fields.String(required=True)
    unit = fields.String(required=True, metadata={"description": "Where the steward belongs."})
    partner_kind = fields.String(required=True)


class OrderSnapshot(Tolerant):
    reporter = fields.String(required=True)
    followers = fields.List(fields.String())
    category = fields.String(required=True)
    opened_at = Moment(required=True)
    unit = fields.String()
    unit_path = fields.List(fields.String())
    assignee = fields.String(allow_none=True)
    serving = fields.Nested(Serving)
    dispatched_at = Moment(metadata={"description": "When it first went to a steward."})
    due_at = Moment(allow_none=True, metadata={"description": "When the finish clock runs out, while it runs."})
    returns = fields.Integer()
    transfers = fields.Integer()
    extensions = fields.Integer()
    rounds = fields.List(fields.Nested(Round), required=True)
    cancelled_at = Moment()
    closed_at = Moment(allow_none=True)


class PlaceOrder(Strict):
    unit = fields.String(required=True, metadata={"description": "Code of the unit that the case belongs to."})


class AssignOrder(Strict):
    steward = fields.String(required=True, metadata={"description": "Subject of the steward."})


class Reasoned(Strict):
    """The body of a command that has to say why."""

    reason = free_text(NOTE_LIMIT, required=True)


class ReturnOrder(Reasoned):
    ground = fields.String(
        load_default="other",
        validate=validate.OneOf(GROUNDS),
        metadata={"description": "not_our_duty is judged by the duty list 责任清单."},
    )


class TransferOrder(Reasoned):
    unit = fields.String(metadata={"description": "To this unit; without one the order stays in its own."})
    steward = fields.String(metadata={"description": "To this steward; without one the routing decides."})


class AskDetails(Strict):
    question = free_text(NOTE_LIMIT, required=True)


class GiveDetails(Strict):
    text = free_text(TEXT_LIMIT, required=True)


class SuspendWork(Reasoned):
    until = Moment(required=True)


class OpenDeliberation(Strict):
    matter = fields.String(
        required=True,
        validate=validate.OneOf(("small", "large")),
        metadata={"description": "小事网格议、大事社区议: small matters in the grid, large ones in the community."},
    )
    question = free_text(NOTE_LIMIT, required=True)
    parties = fields.List(
        fields.String(validate=validate.OneOf(PARTIES)), load_default=lambda: list(PARTIES), validate=validate.Length(2)
    )


class DecideDeliberation(Strict):
    decision = free_text(NOTE_LIMIT, required=True)
    steward = fields.String(metadata={"description": "Who carries it out; without one the routing decides."})


class Party(Strict):
    steward = fields.String(required=True)
    task = free_text(NOTE_LIMIT, required=True)


class ConveneParties(Strict):
    parties = fields.List(fields.Nested(Party), required=True, validate=validate.Length(1, 20))


class ReleasePart(Reasoned):
    number = fields.Integer(required=True, strict=True)


class MatchOffer(Strict):
    offer = fields.String(required=True, metadata={"description": "Code of an offer for this order."})


class PlannedMilestone(Strict):
    name = free_text(200, required=True)
    due_at = Moment(required=True)


class PlanMilestones(Strict):
    milestones = fields.List(fields.Nested(PlannedMilestone), required=True, validate=validate.Length(1, 50))


class ReachMilestone(Strict):
    number = fields.Integer(required=True, strict=True)


class Evidence(Strict):
    kind = fields.String(required=True, validate=validate.OneOf(("before", "after")))
    picture = picture_id(metadata={"description": "Of POST /pictures, sent before by the same person."})
    reference = free_text(500, metadata={"description": "Where it is kept instead, in a system of the district."})
    taken_at = Moment(required=True)
    position = fields.Nested(GivenPosition)

    @validates_schema
    def is_somewhere(self, item: Mapping[str, Any], **_: Any) -> None:
        if not item.keys() & {"picture", "reference"}:
            raise ValidationError("Send the picture first, and say its id.", "picture")


class CompleteOrder(Strict):
    answer = free_text(TEXT_LIMIT, required=True, metadata={"description": "The public answer 公开答复."})
    evidence = fields.List(fields.Nested(Evidence), load_default=list, validate=validate.Length(max=20))


COMMANDS: dict[str, type[Schema]] = {
    "place": PlaceOrder,
    "assign": AssignOrder,
    "claim": Nothing,
    "accept": Nothing,
    "return": ReturnOrder,
    "transfer": TransferOrder,
    "start": Nothing,
    "complete": CompleteOrder,
    "verify": Nothing,
    "rework": Reasoned,
    "ask": AskDetails,
    "inform": GiveDetails,
    "suspend": SuspendWork,
    "resume": Nothing,
    "ask_extension": Reasoned,
    "extend": Nothing,
    "refuse_extension": Reasoned,
    "deliberate": OpenDeliberation,
    "raise": Reasoned,
    "decide": DecideDeliberation,
    "convene": ConveneParties,
    "finish_part": Nothing,
    "release_part": ReleasePart,
    "call_law": Nothing,
    "plan": PlanMilestones,
    "reach": ReachMilestone,
    "match": MatchOffer,
}
"""What each verb takes."""


class EvidenceView(Tolerant):
    kind = fields.String()
    picture = fields.String(metadata={"description": "Id: GET /pictures/{id} shows it."})
    reference = fields.String()
    taken_at = Moment()
    position = fields.Dict(metadata={"description": "As the phone sent it, with its datum."})


class Deliberation(Tolerant):
    unit = fields.String(metadata={"description": "The unit that deliberates."})
    parties = fields.List(fields.String())
    opened_at = Moment()
    raised_at = Moment(metadata={"description": "When it went one level up, unsettled."})
    decided_at = Moment()


class Part(Tolerant):
    number = fields.Integer()
    steward = fields.String()
    convened_at = Moment()
    finished_at = Moment()
    released_at = Moment()


class Milestone(Tolerant):
    number = fields.Integer()
    due_at = Moment()
    reached_at = Moment()


class OrderView(CaseView):
    reporter = fields.String(required=True)
    followers = fields.List(fields.String(), metadata={"description": "Who reported the same, and rates it too."})
    category = fields.String(required=True)
    confidential = fields.Boolean(metadata={"description": "Seen by those only who serve it and their dispatchers."})
    position = fields.Nested(ShownPosition)
    opened_at = Moment(required=True)
    unit = fields.String()
    unit_path = fields.List(fields.String())
    assignee = fields.String(allow_none=True)
    assigned_at = Moment()
    serving = fields.Nested(Serving)
    dispatched_at = Moment(metadata={"description": "When it first went to a steward."})
    returns = fields.Integer()
    transfers = fields.Integer()
    rounds = fields.List(fields.Nested(Round))
    why = fields.Dict(metadata={"description": "Why it went to whom: who was looked at, who was not and why."})
    answer = fields.String()
    evidence = fields.List(fields.Nested(EvidenceView))
    return_ground = fields.String()
    return_reason = fields.String()
    transfer_reason = fields.String()
    rework_reason = fields.String()
    cancelled_at = Moment()
    closed_at = Moment(allow_none=True)
    duty = fields.Nested(DutyView, metadata={"description": "责任清单: whose duty it is that this is in order."})

    accept_by = Moment(allow_none=True, metadata={"description": "Until when somebody has to have accepted it."})
    due_at = Moment(allow_none=True, metadata={"description": "When the finish clock runs out, while it runs."})
    verify_by = Moment(allow_none=True)
    supervised = fields.Boolean(metadata={"description": "督办: overdue, or reworked twice."})
    supervisor = fields.String(allow_none=True, metadata={"description": "The unit that supervises it."})
    question = fields.String(metadata={"description": "What the steward wants to know from the resident."})
    information = fields.List(fields.String())
    suspended_at = Moment()
    resume_at = Moment()
    suspend_reason = fields.String()
    extensions = fields.Integer()
    extension_asked_at = Moment(allow_none=True)
    extension_reason = fields.String()
    extension_refusal = fields.String()

    deliberations = fields.List(fields.Nested(Deliberation))
    questions = fields.List(fields.String(), metadata={"description": "Of the deliberations, in their order."})
    decisions = fields.List(fields.String())
    parts = fields.List(fields.Nested(Part), metadata={"description": "1+X 联席: of those who help the leader."})
    tasks = fields.List(fields.String(), metadata={"description": "Of the parts, in their order."})
    offer = fields.String(metadata={"description": "供需对接: the offer that meets it."})
    milestones = fields.List(fields.Nested(Milestone))
    milestone_names = fields.List(fields.String(), metadata={"description": "Of the milestones, in their order."})
