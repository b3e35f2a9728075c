"""Pages for people who follow a link: nothing on them comes from elsewhere, and nobody keeps a copy."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, make_response, render_template

from services.gateway.language.choosing import CHINESE
from services.gateway.language.sentences import said
from shared.kernel.errors import DomainError, Forbidden, Gone, IllegalTransition, NotFound
from shared.kernel.worktime import BEIJING

POLICY = "default-src 'none'; style-src 'nonce-{0}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The address is a secret: it goes into no cache, no referrer and no search engine."""

GONE = ("这个链接已失效。", "This link is no longer good.")
UNKNOWN = ("没有这个链接，请核对收到的地址。", "There is no such link: please check the address that you were given.")
NOT_NOW = ("现在还不能评价，请稍后再看。", "It cannot be rated now: please look again later.")
AWAY = ("系统暂时无法回答，请稍后再试。", "We cannot answer right now: please try again in a moment.")


def pages(name: str, prefix: str) -> Blueprint:
    """A room of pages, whose refusals are pages too."""
    blueprint = Blueprint(name, __name__, url_prefix=prefix, template_folder="templates")
    blueprint.add_app_template_filter(_beijing, "beijing")
    blueprint.register_error_handler(DomainError, _refusal)
    return blueprint


def page(template: str, status: int = 200, policy: str = POLICY, **content: Any) -> Response:
    """`policy`: `{0}` in it stands for the nonce of what the page itself has between its tags."""
    nonce = token_urlsafe(16)
    response = make_response(render_template(template, nonce=nonce, **content), status)
    response.headers.update({**HEADERS, "Content-Security-Policy": policy.format(nonce)})
    return response


def message(status: int, sign: str, zh: str, en: str) -> Response:
    return page("message.html", status, sign=sign, zh=zh, en=en)


def _refusal(error: DomainError) -> Response:
    match error:
        case Gone(reason=reason):
            return message(410, "…", *((said(reason, CHINESE), reason) if reason else GONE))
        case Forbidden(reason=reason) if reason:
            return message(403, "…", said(reason, CHINESE), reason)
        case IllegalTransition():
            return message(409, "…", *NOT_NOW)
        case NotFound():
            return message(404, "?", *UNKNOWN)
    return message(503, "…", *AWAY)


def _beijing(moment: str) -> str:
    """`3月1日 16:30`."""
    at = datetime.fromisoformat(moment).astimezone(BEIJING)
    return f"{at.month}月{at.day}日 {at:%H:%M}"
