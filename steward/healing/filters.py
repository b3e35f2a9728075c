"""Which dead letters are meant."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from steward.healing.letters import DeadLetter


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is said must hold. `error` is a part of the error's text, in any case of letters.

    With `since`, a letter that does not say when it died is not meant.
    """

    ids: Collection[str] = ()
    type: str | None = None
    case: str | None = None
    error: str | None = None
    since: datetime | None = None

    @property
    def means_all(self) -> bool:
        return all(not getattr(self, one.name) for one in fields(self))

    def matches(self, letter: DeadLetter) -> bool:
        return (
            (not self.ids or letter.letter_id in self.ids)
            and self.type in (None, letter.type)
            and self.case in (None, letter.case_id)
            and (self.error or "").casefold() in letter.error.casefold()
            and (self.since is None or (letter.died_at is not None and letter.died_at >= self.since))
        )
