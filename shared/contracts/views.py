"""How a case is shown: its facts, what may be done next, and its timeline, as plain JSON."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema

from shared.kernel.case import Case
from shared.kernel.listing import Page


def show(
    service: str, case: Case, schema: Schema, *, private: bool = True, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """`private`: with personal data and free text, for those who may see it. `more`: what is kept nowhere."""
    timeline = [
        {"at": event.at, "service": service, "event": event.type, "state": event.state, "role": event.by.role}
        for event in case.history
    ]
    shown = {
        **case.facts,
        **(case.private if private else {}),
        **(more or {}),
        "case_id": case.case_id,
        "state": case.state,
        "version": case.version,
        "allowed": case.lifecycle.allowed(case.state),
        "timeline": timeline,
    }
    dumped: dict[str, Any] = schema.dump(shown)
    return dumped


def show_page(service: str, page: Page[Any], schema: Schema) -> dict[str, Any]:
    """`items`, and `after`: the cursor of the next page, None on the last."""
    return {"items": [show(service, case, schema) for case in page.items], "after": page.after}
