"""A list of cases, read a page at a time, whatever is added to it or leaves it meanwhile.

A page begins after the key of the last case that was seen, and not after so many cases: so nothing is
seen twice or missed that stayed where it was.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from shared.kernel.base64url import as_bytes, as_text
from shared.kernel.errors import Invalid

T = TypeVar("T")
Key = tuple[Any, str]
"""What the list is ordered by, and the case_id where several have the same."""

PAGE, LARGEST_PAGE = 50, 200
"""Cases on a page: unless said otherwise, and at most."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Newest case first; or by the moment `by`, earliest first; or nearest first from `near` (lon, lat)."""

    filters: Mapping[str, Any]
    by: str | None = None
    near: tuple[float, float] | None = None

    def cursor(self, key: Key) -> str:
        """An opaque text for the client to send back."""
        value = key[0].isoformat() if isinstance(key[0], datetime) else key[0]
        return as_text(json.dumps([value, key[1]]).encode())

    def read(self, cursor: str | None) -> Key | None:
        """Raises Invalid for a cursor that is none of this list's."""
        if cursor is None:
            return None
        try:
            value, case_id = json.loads(as_bytes(cursor))
            if self.by:
                value = datetime.fromisoformat(value)
            if not isinstance(case_id, str) or (self.near and not isinstance(value, int | float)):
                raise ValueError(cursor)
        except (ValueError, TypeError) as error:
            raise Invalid(
                {"after": ["Not a cursor of this list: take it from the Link of the page before."]}
            ) from error
        return value, case_id


def page_size(asked: int) -> int:
    """How many it shall be, whatever was asked for."""
    return max(1, min(asked, LARGEST_PAGE))


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`after` is where the next page begins; None on the last."""

    items: Sequence[T]
    after: str | None = None
