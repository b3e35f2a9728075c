"""GeoJSON, read so that every feature knows the line where it begins, however the file is laid out."""

import json
import re
from collections.abc import Iterator
from typing import Any

from shared.contracts.files import File, InvalidFile, Problem, Row, read_text

FEATURES = re.compile(r'"features"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder()


def read_features(file: File) -> list[Row]:
    """The features of a FeatureCollection. Raises InvalidFile if the file is not JSON or has none."""
    text = read_text(file)
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidFile([Problem(file.name, error.lineno, "json", error.msg)]) from error
    features = document.get("features") if isinstance(document, dict) else None
    if not features or not isinstance(features, list):
        raise InvalidFile([Problem(file.name, 1, "features", "Must be a list of at least one feature.")])
    return [
        Row(file.name, text.count("\n", 0, begins) + 1, feature)
        for begins, feature in zip(_offsets(text, features), features, strict=True)
    ]


def _offsets(text: str, features: list[Any]) -> list[int]:
    """Where each feature begins. A member called `features` deeper in the file is passed over."""
    for start in FEATURES.finditer(text):
        items = list(_items(text, start.end()))
        if [item for _, item in items] == features:
            return [begins for begins, _ in items]
    return [0] * len(features)


def _items(text: str, position: int) -> Iterator[tuple[int, Any]]:
    """(offset, value) of the items of the valid JSON array whose inside begins at `position`."""
    while text[begins := _skip(text, position)] != "]":
        item, position = _DECODER.raw_decode(text, begins)
        yield begins, item


def _skip(text: str, position: int) -> int:
    between = BETWEEN.match(text, position)
    return between.end() if between else position
