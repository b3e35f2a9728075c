"""A refusal as JSON, for answers that do not come by RPC: built again from the same plain values at the other end."""

from typing import Any

from shared.kernel.errors import DOMAIN_ERRORS, DomainError

BY_NAME = {error.__name__: error for error in DOMAIN_ERRORS}


def refusal_to_json(error: DomainError) -> dict[str, Any]:
    return {"refusal": type(error).__name__, "args": list(error.args)}


def refusal_from_json(body: dict[str, Any]) -> DomainError:
    """Raises KeyError or TypeError for what is no refusal of ours."""
    return BY_NAME[body["refusal"]](*body["args"])
