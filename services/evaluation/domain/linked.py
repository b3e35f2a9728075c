"""Rating by a link: for people without an account, issued by a dispatcher, good for one answer in one round."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.evaluation.domain.evaluation import EVALUATION, Evaluation
from services.evaluation.domain.lifecycle import OPEN_WINDOW
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import Forbidden, Gone, Invalid

USED = "This link has been used: thank you for your answer."
EARLIER = "This link is of an earlier round: the matter was taken up again."
OVER = "The time in which you could answer is over."
ENTERED_IT = "You entered the report: another dispatcher hands out the link."
SERVED_IT_TOO = "Who took down your report also served it: ask a dispatcher for a link of its own to rate it."

Link = Mapping[str, Any]
"""`reporter` who may answer by it, `round` of which, `at` which moment it was issued."""


def issue_link(evaluation: Evaluation, by: Actor, at: datetime, reporter: str) -> None:
    """Issued twice it is the same link. Raises Forbidden, IllegalTransition, Invalid, or Gone after the window."""
    if by.subject == evaluation.facts.get("entered_by"):
        raise Forbidden("issue_link", by.role, ENTERED_IT)
    evaluation.lifecycle.next(evaluation.state, "issue_link")
    if evaluation.is_due(at):
        raise Gone(evaluation.case_id, evaluation.facts["due_at"].isoformat())
    if reporter not in evaluation.awaited:
        raise Invalid({"reporter": ["Nobody whose answer is still awaited: name who reported it, or follows it."]})
    if reporter not in {link["reporter"] for link in current_links(evaluation)}:
        link = {"reporter": reporter, "round": evaluation.facts["round"], "at": at}
        evaluation.record("issue_link", by, at, facts={"links": [*evaluation.facts.get("links", []), link]})


def open_to_follower(evaluation: Evaluation, at: datetime, reporter: str, entered_by: str) -> None:
    """The link that somebody comes to who follows by a link; whoever entered the report had that in hand too.

    Raises Forbidden where they also served it, as nobody rates their own work; IllegalTransition, or Gone.
    """
    if entered_by in evaluation.servers:
        raise Forbidden("rate", RESIDENT, SERVED_IT_TOO)
    if evaluation.state in OPEN_WINDOW and reporter not in evaluation.awaited:
        raise Gone(evaluation.case_id, evaluation.facts["due_at"].isoformat(), USED)
    issue_link(evaluation, EVALUATION, at, reporter)


def current_links(evaluation: Evaluation) -> list[Link]:
    """Of the round that is served or rated now."""
    return [link for link in evaluation.facts.get("links", ()) if link["round"] == evaluation.facts["round"]]


def check_open(evaluation: Evaluation, link: Link, at: datetime) -> None:
    """Raises Gone, saying whether it was used, is of an earlier round, or comes too late."""
    until = evaluation.facts["due_at"].isoformat()
    if _answer(evaluation, link):
        raise Gone(evaluation.case_id, until, USED)
    if link["round"] != evaluation.facts["round"]:
        raise Gone(evaluation.case_id, until, EARLIER)
    if evaluation.state not in OPEN_WINDOW or evaluation.is_due(at) or link["reporter"] not in evaluation.awaited:
        raise Gone(evaluation.case_id, until, OVER)


def rate_by_link(evaluation: Evaluation, link: Link, at: datetime, **answers: Any) -> None:
    """As the one whom it was issued for. Raises Gone."""
    check_open(evaluation, link, at)
    evaluation.rate(Actor(link["reporter"], RESIDENT), at, via="link", **answers)


def answer_of(evaluation: Evaluation, link: Link) -> Mapping[str, Any]:
    """What was answered by it, once it was."""
    answer = _answer(evaluation, link)
    assert answer is not None
    return answer


def _answer(evaluation: Evaluation, link: Link) -> Mapping[str, Any] | None:
    is_theirs = (link["reporter"], link["round"])
    ratings = evaluation.facts.get("ratings", ())
    return next((rating for rating in ratings if (rating.get("by"), rating["round"]) == is_theirs), None)
