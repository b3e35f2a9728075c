"""An answer that is a picture: nothing that a browser could run, and nothing that it need ask for twice."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from services.gateway.pictures.transfers import Transfers
from shared.contracts.pictures import COPIES_TYPE, ORIGINAL

HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
KEPT = "private, max-age=86400, immutable"
"""A copy never changes; but it is erased with its case, so that no browser shall keep it for long."""


def give_copy(transfers: Transfers, told: Mapping[str, Any], variant: str) -> Response:
    """304 to who has it already. Raises NotFound or Unavailable."""
    tag = f"{told['picture_id']}-{variant}"
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
    else:
        answer = _streamed(transfers, told, variant, COPIES_TYPE)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = KEPT
    return answer


def give_original(transfers: Transfers, told: Mapping[str, Any]) -> Response:
    """To be saved, not shown: it is as a stranger sent it. Raises NotFound or Unavailable."""
    answer = _streamed(transfers, told, ORIGINAL, told["media_type"])
    name = f"{told['picture_id']}.{told['media_type'].partition('/')[2]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _streamed(transfers: Transfers, told: Mapping[str, Any], variant: str, media_type: str) -> Response:
    pieces = transfers.download(told["picture_id"], variant)
    size = {"Content-Length": str(told["sizes"][variant])}
    return Response(pieces, headers={**HARMLESS, **size}, content_type=media_type)
