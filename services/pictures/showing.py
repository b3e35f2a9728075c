"""How a picture is told of, as plain JSON."""

from dataclasses import asdict
from typing import Any

from services.pictures.picture import Picture
from shared.contracts.pictures import ORIGINAL, Described

DESCRIBED = Described()


def shown(picture: Picture) -> dict[str, Any]:
    told: dict[str, Any] = DESCRIBED.dump({**asdict(picture), "size": picture.sizes[ORIGINAL]})
    return told
