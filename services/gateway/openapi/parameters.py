"""What stands in a path, described: routes do not say it themselves."""

from collections.abc import Mapping
from typing import Any

IN_PATHS: Mapping[str, str] = {
    "block_id": "The block.",
    "case_id": "The case.",
    "leave_id": "The leave.",
    "list_id": "SHA-256 of the list.",
    "picture_id": "The picture.",
    "subject": "Subject of the steward.",
    "token": "The address of a rating link, without what stands before it.",
    "webhook_id": "The webhook.",
}


def describe(parameter: dict[str, Any]) -> None:
    """Raises LookupError for one that nobody has described."""
    if parameter["in"] == "path" and "description" not in parameter:
        if parameter["name"] not in IN_PATHS:
            raise LookupError(f"{parameter['name']} has no words: add them to services/gateway/openapi/parameters.py")
        parameter["description"] = IN_PATHS[parameter["name"]]
