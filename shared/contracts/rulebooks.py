"""A rulebook: what a service reads from several files that belong together, taken or refused together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from shared.contracts.files import File, InvalidFile, Problem

T = TypeVar("T")


class Reading:
    """Reads one file after another, and keeps the problems for later."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._files = files
        self.problems: list[Problem] = []

    def __call__(self, name: str, read: Callable[..., T], *needed: Any) -> T:
        """What `read(file, *needed)` makes of the file; None if it is refused, or what it needs was."""
        try:
            if name not in self._files:
                raise InvalidFile([Problem(name, 1, "file", "is missing")])
            if None not in needed:
                return read(self._files[name], *needed)
        except InvalidFile as error:
            self.problems += error.problems
        return cast(T, None)  # nobody gets to see it: the block ends in InvalidFile


@contextmanager
def reading(files: Mapping[str, File]) -> Iterator[Reading]:
    """A block that reads files; raises InvalidFile at its end, with the problems of all of them."""
    read = Reading(files)
    yield read
    if read.problems:
        raise InvalidFile(read.problems)
