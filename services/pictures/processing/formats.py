"""The formats in which phones take pictures, told by content: a name and a declared type prove nothing."""

import struct
from collections.abc import Collection, Iterable

import puremagic

from services.pictures.processing.verdicts import (
    ANOTHER_KIND,
    DECLARED_OTHERWISE,
    EMPTY,
    NOT_A_PICTURE,
    Refused,
)

JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"
SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream")
"""Declared types that claim nothing of the content."""
ALIASES = {"image/jpg": JPEG, "image/pjpeg": JPEG, "image/x-png": PNG, "image/heif": HEIC}
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
"""Of still images in HEVC (ISO/IEC 23008-12, Annex B); mif1 also begins AVIF, which its compatible brands tell."""
AVIF_BRANDS = (b"avif", b"avis")


def format_of(data: bytes | memoryview) -> str:
    """The media type. Raises Refused, saying what it is instead."""
    head = bytes(data[:64])
    if not head:
        raise Refused(EMPTY)
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if _is_heic(head):
        return HEIC
    raise Refused(ANOTHER_KIND if _is_another_picture(head) else NOT_A_PICTURE)


def require_declared(found: str, declared: Iterable[str]) -> None:
    """Raises Refused where the type or the name that it came with says something else than its content."""
    for said in declared:
        media_type = said.partition(";")[0].strip().lower()
        if media_type not in SAYS_NOTHING and ALIASES.get(media_type, media_type) != found:
            raise Refused(DECLARED_OTHERWISE)


def _is_heic(head: bytes) -> bool:
    if head[4:8] != b"ftyp":
        return False
    brands = _brands(head)
    return brands[:1] != [] and brands[0] in HEIF_BRANDS and not _any_of(brands, AVIF_BRANDS)


def _brands(head: bytes) -> list[bytes]:
    """The major brand and the compatible ones (ISO/IEC 14496-12, section 4.3)."""
    (size,) = struct.unpack(">I", head[:4])
    names = head[8:12] + head[16 : min(size, len(head))]
    return [names[at : at + 4] for at in range(0, len(names) - 3, 4)]


def _any_of(brands: Collection[bytes], wanted: Collection[bytes]) -> bool:
    return any(brand in wanted for brand in brands)


def _is_another_picture(head: bytes) -> bool:
    """GIF, TIFF, BMP, AVIF …, but not SVG, which is a document with scripts."""
    try:
        kinds = {match.mime_type for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False
    return any(kind.startswith("image/") for kind in kinds) and "image/svg+xml" not in kinds
