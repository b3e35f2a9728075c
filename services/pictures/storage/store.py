"""What a store of bytes can do; each variant of a picture is an object of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Store(Protocol):
    """Raises Unavailable, or one of MongoDB's own errors, where its server is away."""

    def put(self, picture_id: str, variant: str, file: Path, media_type: str) -> None:
        """Durable once it returns. Each is put once."""
        ...

    def read(self, picture_id: str, variant: str) -> Iterator[bytes]:
        """In pieces of less than a megabyte. Raises KeyError, before the first, where there is none."""
        ...

    def remove(self, picture_id: str) -> None:
        """All that there is of it, also what a crash has left of one that was never whole."""
        ...
