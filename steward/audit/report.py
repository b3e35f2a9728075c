"""What an audit found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Violation:
    """`subject`: the case id, or the name of the queue."""

    subject: str
    what: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.what}"


@dataclass
class AuditReport:
    """`counts`: documents per (service, state). `depths`: messages per queue, or None where nobody can tell."""

    cases: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)
    depths: Mapping[str, int] | None = None

    @property
    def is_clean(self) -> bool:
        return not self.violations
