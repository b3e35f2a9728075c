"""Everything that an upload must be before it is kept, in the order of what it costs to find out."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image

from services.pictures.processing.copies import SIDES, write_copies
from services.pictures.processing.formats import HEIC, format_of, require_declared
from services.pictures.processing.structure import require_only_a_picture
from services.pictures.processing.verdicts import (
    ANIMATED,
    BROKEN,
    LONGEST_SIDE,
    PIXELS,
    SHORTEST_SIDE,
    TOO_LARGE,
    TOO_LONG,
    TOO_MANY_PIXELS,
    TOO_SMALL,
    Examined,
    Refused,
)
from shared.contracts.pictures import LARGEST

DECODERS = ("JPEG", "PNG", "WEBP", "HEIF")
"""Of Pillow's many, the only ones that ever see an upload."""
ANIMATED_BY_FRAMES = ("PNG", "WEBP")
"""In the others further frames are other views of the same moment."""
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)
"""As the phone was held (EXIF 2.3, 4.6.4)."""


def examine(data: bytes, declared: Iterable[str], folder: Path) -> Examined:
    """Writes the copies into the folder. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused(TOO_LARGE)
    media_type = format_of(data)
    require_declared(media_type, declared)
    require_only_a_picture(data, media_type)
    try:
        return Examined(media_type, *_copied(data, media_type, folder))
    except (Refused, MemoryError):
        raise
    except Exception as error:  # whatever a decoder makes of broken bytes
        raise Refused(BROKEN) from error


def _copied(data: bytes, media_type: str, folder: Path) -> tuple[int, int]:
    """Its width and height, upright."""
    with _opened(data, media_type) as picture:
        width, height = picture.size
        _require_measure(width, height)
        if picture.format in ANIMATED_BY_FRAMES and getattr(picture, "n_frames", 1) > 1:
            raise Refused(ANIMATED)
        # A JPEG is decoded no larger than the copies need, which takes a tenth of the memory.
        picture.draft("RGB", (max(SIDES.values()),) * 2)
        picture.load()
        is_turned = picture.getexif().get(ORIENTATION, 1) in SIDEWAYS
        write_copies(picture, folder)
    return (height, width) if is_turned else (width, height)


def _opened(data: bytes, media_type: str) -> Image.Image:
    """Its header read, nothing decoded."""
    # Pillow's own limit warns first and is for all of a process; the measure is taken here, before decoding.
    Image.MAX_IMAGE_PIXELS = None
    if media_type == HEIC:
        pillow_heif.register_heif_opener()
    return Image.open(BytesIO(data), formats=DECODERS)


def _require_measure(width: int, height: int) -> None:
    if max(width, height) > LONGEST_SIDE:
        raise Refused(TOO_LONG)
    if width * height > PIXELS:
        raise Refused(TOO_MANY_PIXELS)
    if min(width, height) < SHORTEST_SIDE:
        raise Refused(TOO_SMALL)
