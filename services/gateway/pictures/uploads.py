"""What a phone sends as a picture: the bytes themselves, or a form with a file in it."""

import mimetypes
import os
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from flask import Request

from shared.contracts.pictures import LARGEST

FIELD = "picture"
FORM = "multipart/form-data"
FORM_LIMIT = LARGEST + 64 * 1024
"""Bytes: what stands around the file in a form comes on top."""


@dataclass(frozen=True, slots=True)
class Sent:
    """`declared`: media types that its sender says it has, by header and by file name."""

    body: IO[bytes]
    size: int
    declared: tuple[str, ...]


def sent_with(request: Request) -> Sent:
    """Nothing of it is read yet, but for a form, which is kept on the disk meanwhile.

    Raises RequestEntityTooLarge.
    """
    request.max_content_length = FORM_LIMIT
    if request.mimetype == FORM:
        return _of_form(request)
    return Sent(request.stream, request.content_length or 0, (request.mimetype,))


def _of_form(request: Request) -> Sent:
    file = request.files.get(FIELD)
    if file is None:
        return Sent(BytesIO(), 0, ())
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    named, _ = mimetypes.guess_type(file.filename or "", strict=False)
    return Sent(file.stream, size, (file.mimetype, named or ""))
