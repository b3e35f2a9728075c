"""`/operator`: rendered here, and again every few seconds for whoever keeps it open (server-sent events)."""

from collections.abc import Callable, Iterator

import eventlet
from flask import Blueprint, Response, make_response, redirect, render_template, request, stream_with_context

from services.gateway.identity.tokens import InvalidToken
from services.gateway.leaving import Leaving
from services.gateway.live.sse import CONTENT_TYPE, HEADERS
from services.gateway.operator.asking import Lookout
from services.gateway.operator.drawing import content
from services.gateway.operator.session import PATH, operator, operators_only, shown_token, sign_in, sign_out
from services.gateway.pages.showing import page, pages
from shared.kernel.errors import DomainError, Forbidden, Unavailable
from shared.runtime.telemetry import metrics

POLICY = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
EVERY = 2.0
"""Seconds."""
OVER = "event: over\ndata:\n\n"
"""The token is not good any more."""

SIGN_IN = ("请用运维员的令牌登录。", "Sign in with the token of an operator.")
SIGNED_OUT = ("已退出。", "You have signed out.")
NOT_GOOD = ("令牌无效或已过期。", "The token is not good, or not any more.")
NOT_OPERATOR = ("此令牌不是运维员的。", "This token is not an operator's.")


def create(lookout: Lookout, leaving: Leaving) -> Blueprint:
    blueprint = pages("operator", PATH)
    blueprint.register_error_handler(InvalidToken, lambda _: _ask_to_sign_in(401, SIGN_IN))
    blueprint.register_error_handler(Forbidden, lambda _: _ask_to_sign_in(403, NOT_OPERATOR))

    @blueprint.get("/")
    @operators_only
    def look() -> Response:
        return page("operator.html", policy=POLICY, **content(lookout.observe()))

    @blueprint.get("/events")
    @operators_only
    def events() -> Response:
        """`?once=1`: as it is now, and no more."""
        request.environ["eventlet.minimum_write_chunk_size"] = 0  # else nothing goes out before there are 4 KB of it
        once = "once" in request.args
        text = stream_with_context(_told(lookout, shown_token(), lambda: not (once or leaving.has_begun)))
        return Response(text, content_type=CONTENT_TYPE, headers=HEADERS)

    @blueprint.post("/sign-in")
    def enter() -> Response:
        token = request.form.get("token", "").strip()
        try:
            operator(token)
        except (InvalidToken, Forbidden) as refusal:
            return _ask_to_sign_in(422, NOT_OPERATOR if isinstance(refusal, Forbidden) else NOT_GOOD)
        return sign_in(make_response(redirect(f"{PATH}/", 303)), token)

    @blueprint.post("/sign-out")
    def leave() -> Response:
        return sign_out(page("operator_sign_in.html", said=SIGNED_OUT))

    return blueprint


def _ask_to_sign_in(status: int, said: tuple[str, str]) -> Response:
    response = page("operator_sign_in.html", status, said=said)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _told(lookout: Lookout, token: str, goes_on: Callable[[], bool]) -> Iterator[str]:
    """Nothing is told while nobody can say whether it may be."""
    with metrics.STREAMS_OPEN.track_inprogress():
        while True:
            try:
                operator(token)
            except Unavailable:
                yield ":\n\n"
            except (InvalidToken, DomainError):
                yield OVER
                return
            else:
                yield _event(render_template("operator_figures.html", **content(lookout.observe())))
            if not goes_on():
                return
            eventlet.sleep(EVERY)


def _event(text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"event: figures\n{lines}\n"
