"""The page of a rating link: one form that any phone can show, without an account, a script or another server."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import EXCLUDE, ValidationError, fields, pre_load, validate

from services.gateway.pages.showing import message, page, pages
from shared.contracts.evaluations import RateCase
from shared.contracts.fields import NOTE_LIMIT
from shared.contracts.topology import EVALUATION, INTAKE
from shared.kernel.commands import digest
from shared.runtime.calls import Calls

THANKS = ("谢谢您的评价！", "Thank you: your answer was taken down.")


YES_OR_NO = ("contacted", "resolved")
TRUTHS = {"true": True, "false": False}


class RatingForm(RateCase):
    """A form sends texts, and an empty field as an empty text."""

    class Meta:
        unknown = EXCLUDE

    stars = fields.Integer(required=True, validate=validate.Range(1, 5))

    @pre_load
    def as_json_says_it(self, given: Mapping[str, str], **_: Any) -> dict[str, Any]:
        said = {name: text for name, text in given.items() if text.strip()}
        return said | {name: TRUTHS.get(said[name]) for name in YES_OR_NO if name in said}


FORM = RatingForm()


def create(calls: Calls) -> Blueprint:
    blueprint = pages("rating_page", "/r")

    @blueprint.get("/<token>")
    def ask(token: str) -> Response:
        return _form(calls, token, {})

    @blueprint.post("/<token>")
    def answer(token: str) -> Response:
        given = request.form.to_dict()
        try:
            answers = FORM.load(given)
        except ValidationError:
            return _form(calls, token, given, 422)
        # The key is told by the answers: sent twice by an impatient thumb they are one request, changed they are not.
        calls.call(EVALUATION, "rate_by_link", token=token, key=digest("answer", answers), body=answers)
        return message(200, "✓", *THANKS)

    return blueprint


def _form(calls: Calls, token: str, given: Mapping[str, str], status: int = 200) -> Response:
    """Filled in with what was given already."""
    asked = calls.call(EVALUATION, "get_rating_link", token=token)
    categories = {category["code"]: category for category in calls.call(INTAKE, "list_categories")}
    return page(
        "rating_form.html",
        status,
        asked=asked,
        category=categories.get(asked["category"]),
        given=given,
        problem=status == 422,
        words_limit=NOTE_LIMIT,
    )
