"""What a programmer of another city reads first: the addresses, in a page that any browser shows without a script."""

from secrets import token_urlsafe
from typing import Any

from flask import Response, make_response, render_template

POLICY = "default-src 'none'; style-src 'nonce-{}'; base-uri 'none'; frame-ancestors 'none'"
CALLS = (
    ("GET", "services", "服务类别", "what may be reported"),
    ("GET", "services/{service_code}", "类别的附加问题", "what is asked of each"),
    ("POST", "requests", "提交诉求（需密钥）", "report (needs a key)"),
    ("GET", "requests", "查询诉求", "what was reported, and what became of it"),
    ("GET", "requests/{service_request_id}", "查询一件", "one of them"),
    ("GET", "tokens/{token}", "凭令牌取编号", "the id of a report, by its token"),
    ("GET", "servicerequestupdates", "办理进展", "what has happened, one after the other"),
    ("POST", "servicerequestupdates", "补充信息（需密钥）", "add what was asked for (needs a key)"),
)


def description(discovery: dict[str, Any]) -> Response:
    """Of the same content as the discovery document."""
    nonce = token_urlsafe(16)
    page = make_response(render_template("open311.html", nonce=nonce, calls=CALLS, **discovery))
    page.headers["Content-Security-Policy"] = POLICY.format(nonce)
    return page
