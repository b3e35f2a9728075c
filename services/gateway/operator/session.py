"""Who looks at the page: their token in a cookie that no script reads and no other site makes a browser send.

Or in the Authorization header, as everywhere else.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, current_app, g, request

from services.gateway.identity.gate import Gate
from services.gateway.identity.tokens import InvalidToken
from services.gateway.protection.edge import Edge
from shared.kernel.actor import OPERATOR, Actor

COOKIE = "operator"
PATH = "/operator"
BEARER = "Bearer "

View = TypeVar("View", bound=Callable[..., Any])


def operators_only(view: View) -> View:
    """Raises InvalidToken without a token that is good, Forbidden where its owner is no operator."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        g.actor = operator(shown_token())
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def operator(token: str) -> Actor:
    """Raises InvalidToken or Forbidden, and Unavailable where nobody can say."""
    gate: Gate = current_app.extensions["gate"]
    return gate.enter(token).acting(OPERATOR)


def shown_token() -> str:
    """Raises InvalidToken where there is none."""
    header = request.headers.get("Authorization", "")
    token = header.removeprefix(BEARER) if header.startswith(BEARER) else request.cookies.get(COOKIE, "")
    if not token:
        raise InvalidToken("Send a token: Authorization: Bearer …")
    return token


def sign_in(response: Response, token: str) -> Response:
    """Until the browser is closed, and no longer than the token is good."""
    edge: Edge = current_app.extensions["edge"]
    response.set_cookie(COOKIE, token, path=PATH, httponly=True, samesite="Strict", secure=edge.is_encrypted())
    return response


def sign_out(response: Response) -> Response:
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Strict")
    return response
