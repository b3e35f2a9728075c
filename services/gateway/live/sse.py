"""Server-sent events as text (WHATWG HTML, section 9.2)."""

import json
from collections.abc import Mapping
from typing import Any

from services.gateway.live.reader import Entry

CONTENT_TYPE = "text/event-stream"
RETRY = 3000
"""Milliseconds after which a client that was cut off comes again."""
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Nobody on the way keeps it, or gathers it before passing it on."""


def ready(position: int) -> str:
    """The first of a stream: from now on nothing is missed, so what is read of the case now is not out of date."""
    return f"retry: {RETRY}\n" + _event(position, {}, "ready")


def reset(position: int) -> str:
    """What lay between is not kept any more: the client reads the case, or its lists, anew."""
    return _event(position, {}, "reset")


def change(entry: Entry) -> str:
    """Something has happened to a case."""
    told = {name: entry[name] for name in ("case_id", "source", "sequence", "type", "state", "at", "unit_path")}
    return _event(entry["position"], told)


def come_again(milliseconds: int) -> str:
    """The last of a stream that others could go on with: not all clients are to come at the same moment."""
    return f"retry: {milliseconds}\n\n"


def heartbeat(position: int) -> str:
    """A comment, and up to where the client has seen everything. Browsers note the id and tell nobody."""
    return f": \nid: {position}\n\n"


def _event(position: int, data: Mapping[str, Any], name: str = "") -> str:
    named = f"event: {name}\n" if name else ""
    return f"id: {position}\n{named}data: {json.dumps(data, ensure_ascii=False)}\n\n"
