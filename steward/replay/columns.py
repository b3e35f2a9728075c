"""A row of a foreign file as a report that can be sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.channels import CHANNELS, IMPORT
from shared.contracts.commands import load
from shared.contracts.fields import TEXT_LIMIT
from shared.contracts.files import Row
from shared.contracts.report_columns import cells_of, flat, position_of
from shared.contracts.reports import SubmitReport
from steward.replay.categories import CategoryNames

SENT_AS_THEY_ARE = ("address", "contact_name", "contact_phone", "subject")


@dataclass(frozen=True, slots=True)
class Submission:
    """`body` is what POST /reports takes, `answer` becomes the steward's; `line` is where in the file it stood."""

    line: int
    user: str
    body: Mapping[str, Any]
    answer: str | None


@dataclass(frozen=True)
class Columns:
    """`given` are the columns that a person named, `datum` that of positions which do not say theirs."""

    categories: CategoryNames
    given: Mapping[str, str] = field(default_factory=dict)
    datum: str | None = None

    def read(self, row: Row) -> Submission:
        """Raises Invalid, naming each field that the gateway would refuse."""
        cells = cells_of(row.values, self.given)
        body: dict[str, Any] = {name: cells[name] for name in SENT_AS_THEY_ARE if name in cells}
        body["text"] = cells.get("text") or cells.get("subject") or cells.get("category", "")
        body["channel"] = cells["channel"] if cells.get("channel") in CHANNELS else IMPORT
        body |= {"category": code} if (code := self.categories.code_of(cells.get("category"))) else {}
        body |= {"position": position} if (position := position_of(cells, self.datum)) else {}
        load(SubmitReport, body)
        answer = cells["answer"][:TEXT_LIMIT] if "answer" in cells else None
        return Submission(row.line, cells.get("user", f"replay-{row.line}"), body, answer)

    def names_in(self, row: Row) -> set[str]:
        """The columns of the row, in the case in which they are compared."""
        return {name.casefold() for name, _ in flat(row.values)}
