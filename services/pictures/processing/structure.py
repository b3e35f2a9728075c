"""Where a picture ends in its file: what is cut off is found before decoding, and what was put behind it too."""

import re
import struct
from collections.abc import Callable, Mapping

from services.pictures.processing.formats import HEIC, JPEG, PNG, WEBP
from services.pictures.processing.verdicts import CUT_OFF, SOMETHING_ELSE_INSIDE, Refused

MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""After entropy-coded data: neither a stuffed byte nor a restart marker (ITU-T T.81, B.1.1)."""
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD9)}

ACTIVE = re.compile(rb"(?i)<script[\s>]|<!doctype\s|<html[\s>]|<svg[\s>]|<\?php\s|javascript:")
"""What a browser or a server would run, wherever in the file it stands: long enough not to occur by chance."""
HEADS = (b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"MZ", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"#!/", b"\x1f\x8b\x08")
"""Files of other kinds, where one follows the picture. Phones do put things there: films, gain maps, depths."""
END_OF_ZIP, LONGEST_END_OF_ZIP = b"PK\x05\x06", 22 + 65_535
"""A ZIP archive is read from its end (APPNOTE, 4.3.16)."""
PDF, PDF_WITHIN = b"%PDF-", 1024
"""Readers look for its header that far (ISO 32000-1, Annex H)."""


def end_of(data: bytes, media_type: str) -> int:
    """The offset behind the picture. Raises Refused where the file ends before it."""
    try:
        end = _ENDS[media_type](data)
    except (struct.error, IndexError) as error:
        raise Refused(CUT_OFF) from error
    if end > len(data):
        raise Refused(CUT_OFF)
    return end


def require_only_a_picture(data: bytes, media_type: str) -> None:
    """Raises Refused for one that is a page, a script, an archive or a program as well, or is cut off."""
    behind = data[end_of(data, media_type) :].lstrip(b"\0")
    is_other = behind.startswith(HEADS) or END_OF_ZIP in data[-LONGEST_END_OF_ZIP:] or PDF in data[:PDF_WITHIN]
    if is_other or ACTIVE.search(data):
        raise Refused(SOMETHING_ELSE_INSIDE)


def _end_of_jpeg(data: bytes) -> int:
    at = 2
    while True:
        marker = data[at + 1]
        at += 2
        if marker == END_OF_IMAGE:
            return at
        if marker not in WITHOUT_LENGTH:
            at += struct.unpack_from(">H", data, at)[0]
        if marker == START_OF_SCAN:
            found = MARKER.search(data, at)
            if not found:
                raise Refused(CUT_OFF)
            at = found.start()


def _end_of_png(data: bytes) -> int:
    at = 8
    while True:
        length: int = struct.unpack_from(">I", data, at)[0]
        name = data[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            return at


def _end_of_webp(data: bytes) -> int:
    (size,) = struct.unpack_from("<I", data, 4)
    return int(size) + 8


def _end_of_heic(data: bytes) -> int:
    """Of its last box; one of size 0 goes on to the end of the file (ISO/IEC 14496-12, section 4.2)."""
    at = 0
    while at < len(data) and data[at + 4 : at + 8].isalnum():
        (size,) = struct.unpack_from(">I", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if size < 8:
            return len(data) if size == 0 else at
        at += size
    return at


_ENDS: Mapping[str, Callable[[bytes], int]] = {
    JPEG: _end_of_jpeg,
    PNG: _end_of_png,
    WEBP: _end_of_webp,
    HEIC: _end_of_heic,
}
