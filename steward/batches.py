"""Many things, so many at a time."""

from collections.abc import Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(things: Iterator[T], size: int) -> Iterator[list[T]]:
    """Lists of `size`, the last one shorter; none is taken before it is asked for."""
    while batch := list(islice(things, size)):
        yield batch
