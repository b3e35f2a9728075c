"""What a probe answers over HTTP, as a WSGI application."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from werkzeug.wrappers import Request, Response


def create_app(figures: Collector, checks: Callable[[], Mapping[str, bool]]) -> Any:
    """`checks` says of each thing that the process needs whether it is there."""

    @Request.application
    def answer(request: Request) -> Response:
        match request.path:
            case "/metrics":
                return _metrics(figures, request.headers.get("Accept", ""))
            case "/health/live":
                return _json(HTTPStatus.OK, {"status": "ok"})
            case "/health/ready":
                return _readiness(checks())
            case _:
                return _json(HTTPStatus.NOT_FOUND, {"status": "not found"})

    return answer


def _metrics(figures: Collector, accepted: str) -> Response:
    encode, content_type = choose_encoder(accepted)
    return Response(encode(figures), content_type=content_type)


def _readiness(checks: Mapping[str, bool]) -> Response:
    if all(checks.values()):
        return _json(HTTPStatus.OK, {"status": "ok", "checks": checks})
    return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "not ready", "checks": checks})


def _json(status: HTTPStatus, content: Mapping[str, Any]) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")
