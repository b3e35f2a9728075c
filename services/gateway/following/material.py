"""What a link shows of its case: how far it is and what was answered, and nothing of who reported it."""

from typing import Any

from marshmallow import Schema, fields

from services.gateway.following.milestones import milestones
from services.gateway.identity.seeing import seen_by
from shared.contracts.fields import Moment
from shared.contracts.reports import Rejection
from shared.contracts.topology import EVALUATION, INTAKE
from shared.kernel.actor import RESIDENT, Actor
from shared.runtime.calls import Calls

ASKING = "needs_information"
RATED_IN = ("invited", "rated")
"""States of an evaluation in which an answer may be awaited."""


class MilestoneView(Schema):
    at = Moment(required=True)
    event = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)


class FollowedView(Schema):
    state = fields.String(required=True, metadata={"description": "Of the report."})
    category = fields.String(allow_none=True)
    question = fields.String(metadata={"description": "What is asked of the resident now."})
    rejection = fields.Nested(Rejection, metadata={"description": "Why not, and whose matter it is instead."})
    answer = fields.String(metadata={"description": "The public answer 公开答复."})
    rate_until = Moment(metadata={"description": "There while it can be rated."})
    timeline = fields.List(fields.Nested(MilestoneView), required=True)


class RatingTokenView(Schema):
    token = fields.String(required=True, metadata={"description": "Of the page /r/{token} and of /ratings/{token}."})


def look(calls: Calls, token: str) -> dict[str, Any]:
    """As FollowedView. Raises NotFound, or Gone with words that say why."""
    followed = calls.call(INTAKE, "get_followed", token=token)
    parts = seen_by(calls, followed["case_id"], Actor(followed["reporter"], RESIDENT))
    report, order, evaluation = parts["report"], parts["order"] or {}, parts["evaluation"] or {}
    shown = {
        "question": next((part["question"] for part in (report, order) if part.get("state") == ASKING), None),
        "rejection": report.get("rejection"),
        "answer": order.get("answer"),
        "rate_until": evaluation["due_at"] if evaluation.get("state") in RATED_IN else None,
    }
    always = {"state": report["state"], "category": report.get("category"), "timeline": milestones([*parts.values()])}
    return {**always, **{name: value for name, value in shown.items() if value}}


def open_rating(calls: Calls, token: str) -> str:
    """The token of the rating link that it leads to. Raises NotFound, Forbidden, IllegalTransition or Gone."""
    followed = calls.call(INTAKE, "get_followed", token=token)
    case_id = followed.get("parent") or followed["case_id"]
    told = {"reporter": followed["reporter"], "entered_by": followed["entered_by"]}
    opened: str = calls.call(EVALUATION, "open_to_follower", case_id=case_id, **told)
    return opened
