"""The rule book of uploads: what is taken, what is refused and why, and what others get to see of it."""

import struct
from io import BytesIO
from pathlib import Path

import eventlet
import pytest
from PIL import Image, ImageCms

from services.pictures.processing import running, verdicts
from services.pictures.processing.examining import examine
from services.pictures.processing.verdicts import Examined, Refused
from shared.contracts.pictures import LARGEST, THUMBNAIL, VIEW
from tests.support.pictures import (
    BLUE,
    MEDIA_TYPES,
    RED,
    chunk,
    encoded,
    moving,
    noise,
    png_of_header,
    snapshot,
    telling,
    two_halves,
)

PICTURE = snapshot()
PNG = snapshot("PNG")
BOMB = png_of_header(20_000, 20_000)
COLOUR_STEP = 12
"""How far JPEG's own loss may move a channel."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", verdicts.EMPTY),
    "text": ("不是图片".encode() * 20, verdicts.NOT_A_PICTURE),
    "a page": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", verdicts.NOT_A_PICTURE),
    "a drawing with a script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', verdicts.NOT_A_PICTURE),
    "a document": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", verdicts.NOT_A_PICTURE),
    "an archive": (b"PK\x03\x04" + b"\0" * 60, verdicts.NOT_A_PICTURE),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 60, verdicts.NOT_A_PICTURE),
    "a GIF": (snapshot("GIF"), verdicts.ANOTHER_KIND),
    "a TIFF": (snapshot("TIFF"), verdicts.ANOTHER_KIND),
    "a BMP": (snapshot("BMP"), verdicts.ANOTHER_KIND),
    "half a JPEG": (PICTURE[: len(PICTURE) // 2], verdicts.CUT_OFF),
    "a JPEG without its end": (PICTURE[:-2], verdicts.CUT_OFF),
    "only the beginning of a JPEG": (PICTURE[:3], verdicts.CUT_OFF),
    "half a PNG": (PNG[: len(PNG) // 2], verdicts.CUT_OFF),
    "a PNG without its end": (PNG[:-12], verdicts.CUT_OFF),
    "half a WebP": (snapshot("WEBP")[:-40], verdicts.CUT_OFF),
    "half a HEIC": (snapshot("HEIF")[:-40], verdicts.CUT_OFF),
    "a PNG with other bytes in it": (PNG.replace(b"IDAT", b"IDAT\xff", 1)[: len(PNG)], verdicts.CUT_OFF),
    "a PNG with bits turned": (PNG[:60] + bytes([PNG[60] ^ 0xFF]) + PNG[61:], verdicts.BROKEN),
    "a JPEG of headers only": (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", verdicts.BROKEN),
    "a PNG without pixels": (PNG[:16] + struct.pack(">II", 0, 0) + PNG[24:], verdicts.BROKEN),
    "a bomb": (BOMB, verdicts.TOO_MANY_PIXELS),
    "a line without end": (png_of_header(20_001, 16), verdicts.TOO_LONG),
    "a dot": (encoded(Image.new("RGB", (1, 1))), verdicts.TOO_SMALL),
    "a moving PNG": (moving("PNG"), verdicts.ANIMATED),
    "a moving WebP": (moving("WEBP"), verdicts.ANIMATED),
    "an archive behind a picture": (PICTURE + b"PK\x03\x04" + b"\0" * 60, verdicts.SOMETHING_ELSE_INSIDE),
    "an archive that is read from its end": (
        PICTURE + b"....PK\x05\x06" + b"\0" * 18,
        verdicts.SOMETHING_ELSE_INSIDE,
    ),
    "a page behind a picture": (PICTURE + b"<script>alert(1)</script>", verdicts.SOMETHING_ELSE_INSIDE),
    "a script in a comment": (snapshot(comment=b"<?php system($_GET[0]); ?>"), verdicts.SOMETHING_ELSE_INSIDE),
    "a page in a text of a PNG": (
        PNG[:33] + chunk(b"tEXt", b"Title\0<html><script>") + PNG[33:],
        verdicts.SOMETHING_ELSE_INSIDE,
    ),
    "a document in a comment": (snapshot(comment=b"%PDF-1.7"), verdicts.SOMETHING_ELSE_INSIDE),
    "a program behind a picture": (PICTURE + b"\0\0MZ\x90", verdicts.SOMETHING_ELSE_INSIDE),
    "more than 15 MB": (PICTURE + b"\0" * LARGEST, verdicts.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_its_reason_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    data, reason = REFUSED[name]
    with pytest.raises(Refused, match=f"^{reason}$".replace(".", r"\.")):
        examine(data, (), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_what_phones_take_is_taken_and_seen_as_jpeg(kind: str, tmp_path: Path) -> None:
    found = examine(snapshot(kind), (), tmp_path)
    assert found == Examined(MEDIA_TYPES[kind], 640, 480)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted((VIEW, THUMBNAIL))
    assert (_seen(tmp_path, VIEW).size, _seen(tmp_path, THUMBNAIL).size) == ((640, 480), (320, 240))


@pytest.mark.parametrize(
    "declared",
    [(), ("",), ("application/octet-stream",), ("image/jpeg",), ("IMAGE/JPG; q=1",), ("image/jpeg", "image/pjpeg")],
)
def test_a_type_may_be_left_open_or_said_rightly(declared: tuple[str, ...], tmp_path: Path) -> None:
    assert examine(PICTURE, declared, tmp_path).media_type == "image/jpeg"


@pytest.mark.parametrize("declared", [("image/png",), ("text/html",), ("image/jpeg", "image/gif")])
def test_a_type_or_a_name_that_says_something_else_is_refused(declared: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="another format"):
        examine(PICTURE, declared, tmp_path)


@pytest.mark.parametrize(
    "behind",
    [b"\0" * 64, PICTURE, b"\0\0\0\x18ftypmp42" + b"\1" * 500, b"vivo{}", b"SEFH" + b"\1" * 40 + b"SEFT"],
    ids=["padding", "a gain map", "a film", "a maker's note", "a maker's directory"],
)
def test_what_phones_put_behind_a_picture_is_no_reason_to_refuse_it(behind: bytes, tmp_path: Path) -> None:
    assert examine(PICTURE + behind, (), tmp_path).media_type == "image/jpeg"


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_nothing_that_the_phone_wrote_is_in_the_copies(kind: str, tmp_path: Path) -> None:
    original = telling(kind)
    assert b"TELLTALE" in original
    examine(original, (), tmp_path)
    for name in (VIEW, THUMBNAIL):
        seen = _seen(tmp_path, name)
        assert b"TELLTALE" not in (tmp_path / name).read_bytes()
        assert dict(seen.getexif()) == {}
        assert set(seen.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "size", "top"),
    [(1, (640, 480), RED), (3, (640, 480), BLUE), (6, (480, 640), None), (8, (480, 640), None)],
)
def test_it_is_seen_the_right_way_up(
    orientation: int, size: tuple[int, int], top: tuple[int, int, int] | None, tmp_path: Path
) -> None:
    found = examine(telling(orientation=orientation), (), tmp_path)
    seen = _seen(tmp_path, VIEW)
    assert ((found.width, found.height), seen.size) == (size, size)
    left, right = {6: (BLUE, RED), 8: (RED, BLUE)}.get(orientation, (top, top))
    assert left is not None
    assert right is not None
    assert _is_near(seen, (5, 5), left)
    assert _is_near(seen, (size[0] - 5, 5), right)


def test_colours_are_as_the_profile_means_them(tmp_path: Path) -> None:
    wide = ImageCms.ImageCmsProfile(BytesIO(_swapped_profile()))
    examine(encoded(two_halves(), icc_profile=wide.tobytes()), (), tmp_path)
    assert not _is_near(_seen(tmp_path, VIEW), (5, 5), RED)
    examine(encoded(two_halves(), icc_profile=b"no profile at all"), (), tmp_path)
    assert _is_near(_seen(tmp_path, VIEW), (5, 5), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_mode_of_colour_can_be_seen(mode: str, tmp_path: Path) -> None:
    grey = Image.new("L", (64, 64), 255)
    picture = grey.convert("I;16") if mode == "I;16" else grey.convert(mode)
    if mode == "I;16":
        picture = Image.frombytes("I;16", (64, 64), b"\xff\xff" * 64 * 64)
    examine(encoded(picture, "JPEG" if mode == "CMYK" else "PNG"), (), tmp_path)
    assert _is_near(_seen(tmp_path, VIEW), (32, 32), (255, 255, 255))


def test_what_is_transparent_is_seen_on_white(tmp_path: Path) -> None:
    examine(encoded(Image.new("RGBA", (64, 64), (0, 0, 0, 0)), "PNG"), (), tmp_path)
    assert _is_near(_seen(tmp_path, VIEW), (32, 32), (255, 255, 255))


def test_large_ones_are_made_as_large_as_a_screen(tmp_path: Path) -> None:
    assert examine(encoded(noise(4000, 3000), quality=60), (), tmp_path) == Examined("image/jpeg", 4000, 3000)
    assert _seen(tmp_path, VIEW).size == (1600, 1200)
    assert _seen(tmp_path, THUMBNAIL).size == (320, 240)


@pytest.mark.parametrize("kind", ["JPEG", "HEIF"])
def test_a_process_of_its_own_finds_the_same(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "original"
    file.write_bytes(snapshot(kind))
    assert running.run(file, tmp_path, [MEDIA_TYPES[kind]]) == Examined(MEDIA_TYPES[kind], 640, 480)
    assert _seen(tmp_path, THUMBNAIL).size == (320, 240)
    with pytest.raises(Refused, match="another format"):
        running.run(file, tmp_path, ["image/gif"])


def test_fifty_million_pixels_fit_in_its_memory(tmp_path: Path) -> None:
    file = tmp_path / "original"
    file.write_bytes(encoded(Image.new("RGBA", (8000, 6250), (*RED, 255)), "PNG", compress_level=1))
    assert running.run(file, tmp_path, []) == Examined("image/png", 8000, 6250)


@pytest.mark.parametrize("limit", ["MEMORY", "CPU_SECONDS"])
def test_what_takes_more_than_a_picture_does_kills_only_that_process(
    limit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoders are made greedy by a module that stands in front of theirs; the limits are the real ones."""
    greed = {"MEMORY": "hoard = bytearray(2 << 30)", "CPU_SECONDS": "while True: pass"}[limit]
    (tmp_path / "pillow_heif.py").write_text(greed)
    monkeypatch.setattr(running, "SECONDS", 3)
    monkeypatch.setattr(running, "PYTHONPATH", f"{tmp_path}:{running.PYTHONPATH}")
    file = tmp_path / "original"
    file.write_bytes(PICTURE)
    with pytest.raises(Refused, match="more than any picture"):
        running.run(file, tmp_path, [])


def test_others_are_served_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pillow_heif.py").write_text("import time; time.sleep(60)")
    monkeypatch.setattr(running, "SECONDS", 3)
    monkeypatch.setattr(running, "PYTHONPATH", f"{tmp_path}:{running.PYTHONPATH}")
    turns = []
    other = eventlet.spawn(lambda: [turns.append(eventlet.sleep(0.01)) for _ in range(10)])
    with pytest.raises(Refused):
        running.run(tmp_path / "original", tmp_path, [])
    assert len(turns) == 10
    other.wait()


def test_it_knows_no_secret_of_the_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URI", "mongodb://pictures:hidden@localhost")
    (tmp_path / "pillow_heif.py").write_text(
        f"import os; open({str(tmp_path / 'seen')!r}, 'w').write(repr(os.environ))"
    )
    monkeypatch.setattr(running, "PYTHONPATH", f"{tmp_path}:{running.PYTHONPATH}")
    file = tmp_path / "original"
    file.write_bytes(PICTURE)
    running.run(file, tmp_path, [])
    assert "hidden" not in (tmp_path / "seen").read_text()


def _seen(folder: Path, name: str) -> Image.Image:
    picture = Image.open(folder / name)
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    return picture


def _is_near(picture: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(have - want) <= COLOUR_STEP for have, want in zip(pixel, colour, strict=True))


def _swapped_profile() -> bytes:
    """sRGB with the primaries of red and blue exchanged (ICC.1, 10.31: the tags rXYZ and bXYZ)."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    return _with(_with(profile, red, b"bXYZ"), blue, b"rXYZ")


def _with(data: bytes, at: int, word: bytes) -> bytes:
    return data[:at] + word + data[at + len(word) :]
