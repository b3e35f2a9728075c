"""Every error as problem+json (RFC 9457): what is wrong, with which field, and what to do, in the caller's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, Response, current_app, json, request
from werkzeug.exceptions import HTTPException

from services.gateway.identity.tokens import InvalidToken
from services.gateway.language.choosing import language, spoken
from services.gateway.language.sentences import said
from shared.contracts.commands import flatten
from shared.kernel import errors

TITLES = {
    400: "The request cannot be read",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Not received in time",
    409: "Not allowed in this state",
    410: "No longer possible",
    412: "It has changed meanwhile",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not acceptable as it is",
    429: "Too many requests",
    500: "Our fault",
    503: "Temporarily unavailable",
}
DETAILS = {
    400: "The request cannot be read: send JSON in UTF-8.",
    404: "There is nothing at this address.",
    408: "The body came too slowly: send it again over a better line.",
    415: "Send the body as application/json.",
}
ANY_OTHER = "The request cannot be carried out"
SEE_ERRORS = "See errors: each names its field."
RETRY_AFTER = "2"
"""Seconds."""


def problem(status: int, kind: str, detail: str, **members: Any) -> Response:
    """`detail` in English, as all that is said inside; `errors`, where given, is a list of {field, messages}."""
    spoken_in = language()
    body = {
        "type": f"urn:steward:problem:{kind}",
        "title": said(TITLES.get(status, ANY_OTHER), spoken_in),
        "status": status,
        "detail": said(detail, spoken_in),
    }
    for complaint in members.get("errors", ()):
        complaint["messages"] = [said(message, spoken_in) for message in complaint["messages"]]
    response = Response(json.dumps({**body, **members}), status, content_type="application/problem+json")
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return spoken(response, spoken_in)


def register(app: Flask) -> None:
    app.register_error_handler(errors.DomainError, of_domain_error)
    app.register_error_handler(InvalidToken, lambda error: problem(401, "unauthenticated", str(error)))
    app.register_error_handler(HTTPException, of_http_exception)
    app.register_error_handler(Exception, of_our_fault)


def of_domain_error(error: errors.DomainError) -> Response:
    match error:
        case errors.NotFound():
            answer = problem(404, "not-found", "There is no such case, or none that you may see.")
        case errors.Forbidden(verb=verb, role=role, reason=reason):
            answer = problem(403, "forbidden", reason or f"The role {role} may not {verb}.")
        case errors.IllegalTransition(state=state, verb=verb, allowed=allowed):
            detail = f"The case is {state}: {verb} is not possible now."
            answer = problem(409, "illegal-transition", detail, state=state, allowed=allowed)
        case errors.Invalid(errors=fields):
            answer = problem(422, "invalid", SEE_ERRORS, errors=_listed(fields))
        case errors.KeyReused():
            detail = "This Idempotency-Key was used for another request: take a new one for each new request."
            answer = problem(422, "key-reused", detail, errors=_listed({"Idempotency-Key": [detail]}))
        case errors.Changed(version=version):
            detail = "The case has moved on since you looked at it: look again, and decide anew."
            answer = problem(412, "changed", detail, version=version)
        case errors.Gone(until=until, reason=reason):
            answer = problem(410, "gone", reason or f"This was possible until {until}.")
        case errors.Taken(by=winner):
            answer = problem(409, "taken", f"{winner} was first.", winner=winner)
        case _:  # Busy and Unavailable
            detail = "It is not known whether it was done: send the same request again with the same key."
            answer = problem(503, "unavailable", detail)
    return answer


def of_http_exception(error: HTTPException) -> Response:
    """What Flask and the schemas refuse; the schemas say the field in `data`."""
    status = error.code or 500
    messages: Mapping[str, Any] = getattr(error, "data", {}).get("messages", {})
    if messages and status != 400:
        fields = {name: text for part in messages.values() for name, text in flatten(part).items()}
        return problem(status, "invalid", SEE_ERRORS, errors=_listed(fields))
    methods = sorted(getattr(error, "valid_methods", None) or ())
    answer = problem(status, (error.name or "error").lower().replace(" ", "-"), _detail(status, methods))
    if methods:
        answer.headers["Allow"] = ", ".join(methods)
    return answer


def of_our_fault(error: Exception) -> Response:
    """Nothing of the inside is told; the log has it."""
    current_app.logger.exception("unexpected", exc_info=error)
    return problem(500, "our-fault", "Something unexpected happened on our side. The same request may be sent again.")


def _detail(status: int, methods: Iterable[str]) -> str:
    match status:
        case 405:
            return f"This address does not know the method {request.method}: it knows {', '.join(methods)}."
        case 413:
            return f"Larger than the {request.max_content_length} bytes that are taken."
    return DETAILS.get(status, "The request cannot be carried out as it is.")


def _listed(fields: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [{"field": name, "messages": messages} for name, messages in fields.items()]
