"""Pictures as phones take them, and files that only pretend to be."""

import zlib
from io import BytesIO
from struct import pack
from typing import Any

import pillow_heif
import requests
from PIL import Image

from tests.support.http import Person

MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def two_halves(width: int = 640, height: int = 480) -> Image.Image:
    """Red above, blue below: which way is up can be seen."""
    picture = Image.new("RGB", (width, height), RED)
    picture.paste(BLUE, (0, height // 2, width, height))
    return picture


def noise(width: int, height: int) -> Image.Image:
    """What compresses badly: a file as large as its pixels."""
    return Image.effect_noise((width, height), 100).convert("RGB")


def snapshot(kind: str = "JPEG", **options: Any) -> bytes:
    """A small picture, without anything about who took it."""
    return encoded(two_halves(), kind, **options)


def telling(kind: str = "JPEG", orientation: int = 1) -> bytes:
    """One that tells where it was taken, and with what."""
    exif = Image.Exif()
    exif[MAKER] = "TELLTALE"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (25.0, 26.0, 1.5), 3: "E", 4: (119.0, 0.0, 44.0)})
    return encoded(two_halves(), kind, exif=exif, **({"comment": b"TELLTALE"} if kind == "JPEG" else {}))


def png_of_header(width: int, height: int) -> bytes:
    """A valid PNG of that many pixels in a few bytes: a bomb, where they are many."""
    header = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def moving(kind: str) -> bytes:
    return encoded(two_halves(), kind, save_all=True, append_images=[Image.new("RGB", (640, 480), BLUE)], duration=100)


def send(by: Person, data: bytes, media_type: str = "image/jpeg", key: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {by.token}", "Content-Type": media_type}
    headers |= {"Idempotency-Key": key} if key else {}
    return requests.post(f"{by.gateway}/pictures", data=data, headers=headers, timeout=120)


def sent(by: Person, data: bytes | None = None) -> str:
    """The id of a picture that was taken."""
    answer = send(by, data or snapshot())
    assert answer.status_code == 201, answer.text
    return str(answer.json()["picture_id"])
