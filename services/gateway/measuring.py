"""Counts what is asked over HTTP and how long the answers take: by the route's template, never by the address,
which holds ids and secrets."""

from time import monotonic

from flask import Flask, Response, g, request

from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.labels import http_method

UNMATCHED = "unmatched"
"""Whatever address was asked for, no route knows it, or not by this method."""


def register(app: Flask) -> None:
    """Before whatever else looks at requests, so that what is refused there is counted too."""
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.asked_at = monotonic()


def _count(response: Response) -> Response:
    method, route = http_method(request.method), request.url_rule.rule if request.url_rule else UNMATCHED
    metrics.HTTP_REQUESTS.labels(method, route, str(response.status_code)).inc()
    metrics.HTTP_REQUEST_SECONDS.labels(method, route).observe(monotonic() - g.asked_at)
    return response
