"""Time limits as the catalogue gives them: continuous minutes or hours, or working hours or days."""

import re
from dataclasses import dataclass
from datetime import timedelta

WORKING_DAY = timedelta(hours=8)
"""08:00–12:00 and 14:00–18:00."""

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "wh": timedelta(hours=1),
    "wd": WORKING_DAY,
}
PATTERN = re.compile(r"([1-9]\d*)(m|h|wh|wd)")


@dataclass(frozen=True, slots=True)
class Limit:
    """`30m`, `24h`, `4wh` or `3wd`; the last two pass in working time only."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Raises ValueError for anything else."""
        match = PATTERN.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no number of m(inutes), h(ours), wh (working hours) or wd (working days)")
        return cls(int(match[1]), match[2])

    @property
    def is_working_time(self) -> bool:
        return self.unit.startswith("w")

    @property
    def duration(self) -> timedelta:
        """In its own clock: a working day is eight hours of working time."""
        return self.amount * _UNITS[self.unit]

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"
