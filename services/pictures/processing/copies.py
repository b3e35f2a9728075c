"""The copies that people see: upright, in sRGB, as JPEG, and without a word of what the phone wrote into the file."""

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from shared.contracts.pictures import THUMBNAIL, VIEW

SIDES = {VIEW: 1600, THUMBNAIL: 320}
"""Pixels of the longer side, at most."""
QUALITY = 85
WHITE = (255, 255, 255)


def write_copies(picture: Image.Image, folder: Path) -> None:
    """One file for each, named after it."""
    largest = max(SIDES.values())
    small = _scalable(picture)
    # Smaller first: turning and converting fifty million pixels would take them in memory twice more.
    small.thumbnail((largest, largest), Image.Resampling.LANCZOS)
    seen = in_srgb(ImageOps.exif_transpose(small), picture.info.get("icc_profile"))
    for name, side in SIDES.items():
        copy = seen.copy()
        copy.thumbnail((side, side), Image.Resampling.LANCZOS)
        _without_metadata(copy).save(folder / name, "JPEG", quality=QUALITY, optimize=True)


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB on white; colours as the profile means them, where it can be read."""
    opaque = _opaque(picture)
    return (_translated(opaque, profile) if profile else None) or opaque.convert("RGB")


def _translated(picture: Image.Image, profile: bytes) -> Image.Image | None:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _without_metadata(picture: Image.Image) -> Image.Image:
    """A new picture of the same pixels: nothing that came with the old one can be written."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def _scalable(picture: Image.Image) -> Image.Image:
    """In a mode whose values can be averaged."""
    if picture.mode in ("P", "1"):
        return picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    if picture.mode.startswith("I"):  # sixteen bits of grey
        return picture.convert("I").point(lambda level: level / 256).convert("L")
    return picture


def _opaque(picture: Image.Image) -> Image.Image:
    """In a mode that profiles are made for."""
    if picture.mode in ("RGB", "L", "CMYK"):
        return picture
    if "A" not in picture.getbands():
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    ground = Image.new("RGB", layer.size, WHITE)
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground
