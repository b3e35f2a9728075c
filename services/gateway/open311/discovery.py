"""Service discovery (https://wiki.open311.org/Service_Discovery/): which endpoints there are, and whom to ask."""

from typing import Any

from flask import request

from services.gateway.language.sentences import said
from services.gateway.open311.formats import MEDIA
from services.gateway.open311.settings import Open311Settings
from services.gateway.open311.wording import speaks

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
ENDPOINTS = ("/open311/v2", "/open311/en/v2")
"""The same in Chinese, unless English is asked for, and in English."""
CHANGED = "2026-11-28T00:00:00Z"
"""When what is offered here last changed."""


def discovery(settings: Open311Settings) -> dict[str, Any]:
    base = settings.url or request.url_root.rstrip("/")
    return {
        "changeset": CHANGED,
        "contact": settings.contact or said("Ask the office of the district that runs this service.", speaks()),
        "key_service": settings.key_service
        or said("Who runs this service gives a key to each office or city that reports here.", speaks()),
        "endpoints": [_endpoint(base + path) for path in ENDPOINTS],
    }


def _endpoint(url: str) -> dict[str, Any]:
    return {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": CHANGED,
        "type": "production",
        "formats": list(MEDIA),
    }
