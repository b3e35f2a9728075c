"""What the application layer needs of the store. The MongoDB journal implements it; so does a test's dict."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from shared.kernel.case import Case

C = TypeVar("C", bound=Case)


class Cases(Protocol[C]):
    """One service's cases."""

    def blank(self, case_id: str) -> C:
        """A case without history, not stored yet."""
        ...

    def load(self, case_id: str) -> C | None:
        """The case with its history."""
        ...

    def load_many(self, case_ids: Iterable[str]) -> dict[str, C]:
        """The cases that exist, without their histories: reactions do not need them."""
        ...

    def commit(self, cases: Sequence[C]) -> set[str]:
        """Write each case's step durably, each guarded by the version it was decided upon.

        Returns the ids whose step was NOT written, as the case had moved on meanwhile.
        """
        ...


class Originals(Cases[C], Protocol[C]):
    """Cases that are found again by the command that made them."""

    def by_origin(self, origin: str) -> C | None: ...
