"""Conditional requests (RFC 9110 section 13): nothing known is sent again, and nobody decides on an old state.

A case's ETag is its version and a digest of how it is shown to this caller, as `"7-91c02f5e0b1d4a33"`. A step with
If-Match is carried out by the owning service only while the case has that version.
"""

import hashlib
import re
from typing import Any

from flask import Response, jsonify, request

from services.gateway.rest.datums import positioned
from shared.contracts.positions import WGS84

VERSIONED = re.compile(r"(\d{1,9})-[0-9a-f]{16}", re.ASCII)
KEPT = "private, no-cache"
"""By who asked alone, and asked about again each time: it tells of people."""
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Of this state, for If-None-Match and If-Match."}}


def shown(content: Any, version: int | None = None, status: int = 200) -> Response:
    """The content with its ETag; 304 to who has it already. `version` of the case, where it is one."""
    response = jsonify(content)
    response.status_code = status
    seen = hashlib.sha256(response.get_data()).hexdigest()[:16]
    response.set_etag(seen if version is None else f"{version}-{seen}")
    response.headers["Cache-Control"] = KEPT
    response.vary.add("Authorization")
    if status == 200:
        response.make_conditional(request)
    return response


def case_shown(case: dict[str, Any], status: int = 200, datum: str = WGS84) -> Response:
    """As a service has answered it."""
    return shown(positioned(case, datum), case["version"], status)


def versions_seen() -> list[int] | None:
    """Which the caller decides upon; None where they do not say (or `*`: whichever). A foreign tag is no version."""
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    found = (VERSIONED.fullmatch(tag or "") for tag in request.if_match)
    return [int(match[1]) for match in found if match]
