"""A room of the gateway: its routes read JSON strictly, and are asked nothing that they do not know."""

from typing import Any

from flask import current_app, request
from flask_smorest import Blueprint

from services.gateway.rest.bodies import JsonBodies
from shared.kernel.errors import Invalid


class Room(Blueprint):
    ARGUMENTS_PARSER = JsonBodies()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_refuse_unknown_questions)


def _refuse_unknown_questions() -> None:
    """Most often a misspelt one. Routes that take questions check them by their schema."""
    if request.args and not _takes_questions():
        raise Invalid({name: ["Unknown field."] for name in request.args})


def _takes_questions() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    taken = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    return any(one["in"] == "query" for one in taken)
