"""What will happen to a case, decided before it begins: a function of the seed and the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

T = TypeVar("T")

MOST_UNHAPPY_ROUNDS = 3
"""The third answer of the kind settles the case: a third rework only a person can ask for."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Probabilities from 0 to 1.

    `rejected` is of those that wait to be sorted, `merged` of the possible duplicates, `reworked` of each rating.
    """

    returned: float = 0.05
    reworked: float = 0.08
    unrated: float = 0.15
    withdrawn: float = 0.03
    rejected: float = 0.05
    merged: float = 0.5


@dataclass(frozen=True, slots=True)
class Script:
    origin: str
    withdraws: bool
    is_rejected: bool
    is_returned: bool
    rates: bool
    unhappy_rounds: int
    is_merged: bool

    @classmethod
    def of(cls, seed: int, line: int, rates: Rates) -> "Script":
        origin = f"{seed}/{line}"
        random = Random(origin)
        withdraws, is_rejected, is_returned, is_unrated = (
            random.random() < rate for rate in (rates.withdrawn, rates.rejected, rates.returned, rates.unrated)
        )
        unhappy = [random.random() < rates.reworked for _ in range(MOST_UNHAPPY_ROUNDS)]
        unhappy_rounds = [*unhappy, False].index(False)
        is_merged = random.random() < rates.merged
        return cls(origin, withdraws, is_rejected, is_returned, not is_unrated, unhappy_rounds, is_merged)

    def choose(self, what: str, options: Sequence[T]) -> T:
        """The same choice every time, whatever else was chosen before."""
        return Random(f"{self.origin}/{what}").choice(options)
