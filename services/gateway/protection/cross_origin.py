"""Pages of other origins that may call the API from a browser: those that CORS_ORIGINS names, and no others.

The Fetch standard, section 3.2 (HTTP-CORS protocol). Callers show a token and no cookie, so no credentials are shared.
"""

from collections.abc import Collection

from flask import Flask, Response, request

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
REQUEST_HEADERS = (
    "Authorization, Content-Type, Accept-Language, Idempotency-Key, If-Match, If-None-Match, Acting-Role, Last-Event-ID"
)
ANSWER_HEADERS = "Content-Language, ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After"
REMEMBERED = "600"
"""Seconds for which a browser need not ask again."""


def register(app: Flask, origins: Collection[str]) -> None:
    def answer_preflight() -> Response | None:
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        return Response(status=204)

    def allow(response: Response) -> Response:
        if not origins:
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin not in origins:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
            response.headers["Access-Control-Max-Age"] = REMEMBERED
        else:
            response.headers["Access-Control-Expose-Headers"] = ANSWER_HEADERS
        return response

    app.before_request(answer_preflight)
    app.after_request(allow)
