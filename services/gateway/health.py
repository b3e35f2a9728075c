"""Whether the process lives, and whether it could serve a request right now."""

from flask import Blueprint, Response, jsonify

from shared.contracts.topology import SERVICES
from shared.kernel.errors import Unavailable
from shared.runtime.calls import Calls


def create(calls: Calls) -> Blueprint:
    blueprint = Blueprint("health", __name__, url_prefix="/health")

    @blueprint.get("/live")
    def live() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/ready")
    def ready() -> Response:
        """503 while a service does not answer, or cannot reach its database."""
        answers = {service: _is_ready(calls, service) for service in SERVICES}
        response = jsonify(status="ok" if all(answers.values()) else "not ready", services=answers)
        response.status_code = 200 if all(answers.values()) else 503
        return response

    return blueprint


def _is_ready(calls: Calls, service: str) -> bool:
    try:
        return bool(calls.call(service, "is_ready"))
    except Unavailable:
        return False
