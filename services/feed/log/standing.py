"""What feed remembers of a case: what it has heard, where the case lies, who holds it; so whom an event concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from services.feed.log.ordering import Heard
from shared.contracts.topology import DISPATCH, INTAKE
from shared.kernel.case import Notice

UNPLACED = "unplaced"
"""The stream of cases that lie in no unit yet: every dispatcher sees them."""


def case_stream(case_id: str) -> str:
    return f"case:{case_id}"


def steward_stream(subject: str) -> str:
    return f"steward:{subject}"


def unit_stream(code: str) -> str:
    return f"unit:{code}"


@dataclass(frozen=True, slots=True)
class Standing:
    """`paths`: the units around the case from the district down, by the service that says so."""

    case_id: str
    version: int = 0
    heard: Mapping[str, Heard] = field(default_factory=dict)
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    assignee: str | None = None

    @property
    def unit_path(self) -> tuple[str, ...]:
        """Dispatch may have placed it by hand; before, it is where intake saw its position."""
        return self.paths.get(DISPATCH) or self.paths.get(INTAKE) or ()

    def after(self, notice: Notice) -> "Standing":
        """A notice that others of its source have overtaken says nothing of where the case stands."""
        heard = self.heard.get(notice.source, Heard())
        now = replace(self, heard={**self.heard, notice.source: heard.plus(notice.sequence)})
        if notice.sequence <= heard.upto:
            return now
        if "unit_path" in notice.snapshot:
            now = replace(now, paths={**self.paths, notice.source: tuple(notice.snapshot["unit_path"])})
        return replace(now, assignee=notice.snapshot.get("assignee")) if notice.source == DISPATCH else now

    def streams(self, then: "Standing") -> list[str]:
        """Whom an event concerns that led from here to `then`: also who had the case and has it no more."""
        stewards = {self.assignee, then.assignee} - {None}
        units = {*self.unit_path, *then.unit_path}
        return [
            case_stream(self.case_id),
            *(steward_stream(str(subject)) for subject in sorted(map(str, stewards))),
            *(map(unit_stream, sorted(units)) if units else (UNPLACED,)),
        ]
