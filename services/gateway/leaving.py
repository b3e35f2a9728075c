"""Leaving: streams would go on for ever, so they are told when the process is to end."""

from collections.abc import Callable


class Leaving:
    def __init__(self) -> None:
        self.has_begun = False
        self._told: list[Callable[[], None]] = []

    def tell(self, end: Callable[[], None]) -> None:
        """`end` is called when it begins; it must not wait."""
        self._told.append(end)

    def begin(self) -> None:
        self.has_begun = True
        for end in self._told:
            end()
