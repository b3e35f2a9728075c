"""Answers that are files: their media types, names, and how OpenAPI tells of them."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from flask_smorest import Blueprint

View = TypeVar("View", bound=Callable[..., Any])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX, "html": "text/html; charset=utf-8"}


def file(content: bytes | str, format: str, name: str) -> Response:
    """To be saved under `name`; a page is shown."""
    response = Response(content, content_type=MEDIA_TYPES[format])
    if format != "html":
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{format}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def also(blueprint: Blueprint, format: str) -> Callable[[View], View]:
    """Tells the OpenAPI document that the answer may come in this format too."""
    kind = MEDIA_TYPES[format].partition(";")[0]
    schema = {"type": "string"} if format != "xlsx" else {}
    documented: Callable[[View], View] = blueprint.alt_response(200, schema=schema, content_type=kind)
    return documented
