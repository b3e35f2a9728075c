"""What the log of the gateway says is said with the ids of the request: its trace, and the case that its path names."""

from uuid import UUID

from flask import Flask, request

from services.gateway.tracing import request_id
from shared.runtime.telemetry.logs import tell_of


def register(app: Flask) -> None:
    app.before_request(_begin)


def _begin() -> None:
    """Of a connection's last request nothing is left."""
    case_id = (request.view_args or {}).get("case_id")
    tell_of(trace_id=UUID(request_id()).hex, case_id=str(case_id) if case_id else None)
