"""The page of a follow link: for any phone, without an account, a script or another server."""

from typing import Any

from flask import Blueprint, Response, redirect

from services.gateway.following.material import look, open_rating
from services.gateway.language.sentences import words
from services.gateway.pages.showing import HEADERS, page, pages
from shared.contracts.topology import INTAKE
from shared.runtime.calls import Calls


def create(calls: Calls) -> Blueprint:
    blueprint = pages("follow_page", "/follow")

    @blueprint.get("/<token>")
    def follow(token: str) -> Response:
        case = look(calls, token)
        return page("follow.html", case=case, state=_named(case["state"]), category=_category(calls, case["category"]))

    @blueprint.post("/<token>")
    def rate(token: str) -> Any:
        answer = redirect(f"/r/{open_rating(calls, token)}", 303)
        answer.headers.update(HEADERS)
        return answer

    return blueprint


def _named(state: str) -> tuple[str, str]:
    """In Chinese and English."""
    return words()[state], state.replace("_", " ")


def _category(calls: Calls, code: str | None) -> dict[str, Any] | None:
    return next((one for one in calls.call(INTAKE, "list_categories") if one["code"] == code), None)
