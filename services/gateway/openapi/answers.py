"""How operations refuse: which statuses each can answer with, and how a problem (RFC 9457) looks."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from services.gateway.language.choosing import Language
from services.gateway.language.sentences import said
from services.gateway.problems import SEE_ERRORS, TITLES

Operation = Mapping[str, Any]

DETAILS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be read: send JSON in UTF-8."),
    401: ("unauthenticated", "The token has expired: get a new one."),
    403: ("forbidden", "Nobody rates a case that they served."),
    404: ("not-found", "There is no such case, or none that you may see."),
    409: ("illegal-transition", "The case is in_progress: withdraw is not possible now."),
    410: ("gone", "The time in which you could answer is over."),
    412: ("changed", "The case has moved on since you looked at it: look again, and decide anew."),
    413: ("content-too-large", "Larger than the 65536 bytes that are taken."),
    415: ("unsupported-media-type", "Send the body as application/json."),
    422: ("invalid", SEE_ERRORS),
    429: ("too-many-requests", "Too many requests at once: go on in 30 seconds."),
    503: ("unavailable", "It is not known whether it was done: send the same request again with the same key."),
}
"""The kind of problem, and what an example of it says."""
MEMBERS: Mapping[int, Mapping[str, Any]] = {
    409: {"state": "in_progress", "allowed": ["complete"]},
    412: {"version": 4},
}
"""What an example says beyond the usual."""

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {**TEXT, "description": "Which kind of problem, the same in every language."},
        "title": {**TEXT, "description": "The kind in words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {**TEXT, "description": "What is wrong, and what to do."},
        "errors": {
            "type": "array",
            "description": "What is wrong with which field; an inner field is written with dots.",
            "items": {
                "type": "object",
                "required": ["field", "messages"],
                "properties": {"field": TEXT, "messages": {"type": "array", "items": TEXT}},
            },
        },
        "state": {**TEXT, "description": "In which state the case is."},
        "allowed": {"type": "array", "items": TEXT, "description": "Verbs this state allows."},
        "version": {"type": "integer", "description": "Which the case has now."},
        "winner": {**TEXT, "description": "Who was first."},
    },
}

LANGUAGE = {"Content-Language": {"schema": TEXT, "description": "The language of the words: zh-CN or en."}}
RETRY = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait before it is sent again."}}
CHALLENGE = {"WWW-Authenticate": {"schema": TEXT, "description": "How to say who is calling (RFC 9110)."}}
HEADERS: Mapping[int, Mapping[str, Any]] = {401: CHALLENGE, 429: RETRY, 503: RETRY}

IS_SERVED = {429, 503}
IS_FOR_SOME = {401, 403}
HAS_A_PLACE = {404}
HAS_A_BODY = {400, 413, 415, 422}
HAS_QUESTIONS = {422}
IS_A_STEP = {409, 410}
IS_FOR_A_VERSION = {412}


def refusals(path: str, method: str, operation: Operation) -> list[int]:
    """Statuses of the problems that it can answer with; those that its route names itself are among them."""
    found = {int(status) for status in operation["responses"] if status.isdecimal() and int(status) >= 400}
    found |= IS_SERVED
    found |= IS_FOR_SOME if operation.get("security") else set()
    found |= HAS_A_PLACE if "{" in path else set()
    found |= HAS_A_BODY if "requestBody" in operation else set()
    found |= HAS_QUESTIONS if operation.get("parameters") else set()
    found |= IS_A_STEP if method == "post" and "{case_id}" in path else set()
    found |= IS_FOR_A_VERSION if any(one["name"] == "If-Match" for one in operation.get("parameters", ())) else set()
    return sorted(found)


def refusal_name(status: int) -> str:
    return f"Problem{status}"


def components(language: Language) -> dict[str, Any]:
    """The answers that `refusals` speaks of, by `refusal_name`."""
    return {refusal_name(status): _component(status, language) for status in DETAILS}


def _component(status: int, language: Language) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example(status, language)}
    return {
        "description": said(TITLES[status], language),
        "headers": deepcopy({**LANGUAGE, **HEADERS.get(status, {})}),
        "content": {"application/problem+json": content},
    }


def example(status: int, language: Language) -> dict[str, Any]:
    kind, detail = DETAILS[status]
    body = {
        "type": f"urn:steward:problem:{kind}",
        "title": said(TITLES[status], language),
        "status": status,
        "detail": said(detail, language),
        **MEMBERS.get(status, {}),
    }
    if status == 422:
        body["errors"] = [{"field": "text", "messages": [said("Missing data for required field.", language)]}]
    return body
