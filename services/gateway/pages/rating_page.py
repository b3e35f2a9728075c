"""The page of a rating link: one form that any phone can show, without an account, a script or another server."""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from marshmallow import EXCLUDE, ValidationError, fields, pre_load, validate

from services.gateway.language.choosing import CHINESE
from services.gateway.language.sentences import said
from shared.contracts.evaluations import RateCase
from shared.contracts.fields import NOTE_LIMIT
from shared.contracts.topology import EVALUATION, INTAKE
from shared.kernel.commands import digest
from shared.kernel.errors import DomainError, Gone, NotFound
from shared.kernel.worktime import BEIJING
from shared.runtime.calls import Calls

POLICY = "default-src 'none'; style-src 'nonce-{}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The address is a secret: it goes into no cache, no referrer and no search engine."""

THANKS = ("谢谢您的评价！", "Thank you: your answer was taken down.")
GONE = ("这个链接已失效。", "This link is no longer good.")
UNKNOWN = ("没有这个链接，请核对收到的地址。", "There is no such link: please check the address that you were given.")
AWAY = ("系统暂时无法回答，请稍后再试。", "We cannot answer right now: please try again in a moment.")


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
    blueprint = Blueprint("rating_page", __name__, url_prefix="/r", template_folder="templates")
    blueprint.add_app_template_filter(_beijing, "beijing")

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
        return _message(200, "✓", *THANKS)

    blueprint.register_error_handler(DomainError, _refusal)
    return blueprint


def _form(calls: Calls, token: str, given: Mapping[str, str], status: int = 200) -> Response:
    """Filled in with what was given already."""
    asked = calls.call(EVALUATION, "get_rating_link", token=token)
    categories = {category["code"]: category for category in calls.call(INTAKE, "list_categories")}
    return _page(
        "rating_form.html",
        status,
        asked=asked,
        category=categories.get(asked["category"]),
        given=given,
        problem=status == 422,
        words_limit=NOTE_LIMIT,
    )


def _refusal(error: DomainError) -> Response:
    match error:
        case Gone(reason=reason):
            return _message(410, "…", *((said(reason, CHINESE), reason) if reason else GONE))
        case NotFound():
            return _message(404, "?", *UNKNOWN)
    return _message(503, "…", *AWAY)


def _message(status: int, sign: str, zh: str, en: str) -> Response:
    return _page("rating_message.html", status, sign=sign, zh=zh, en=en)


def _page(template: str, status: int, **content: Any) -> Response:
    nonce = token_urlsafe(16)
    response = make_response(render_template(template, nonce=nonce, **content), status)
    response.headers.update({**HEADERS, "Content-Security-Policy": POLICY.format(nonce)})
    return response


def _beijing(moment: str) -> str:
    """`3月1日 16:30`."""
    at = datetime.fromisoformat(moment).astimezone(BEIJING)
    return f"{at.month}月{at.day}日 {at:%H:%M}"
