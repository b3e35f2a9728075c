"""A district of the size that is wished for, with a few places, categories and stewards busier than all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random

from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Unit, UnitTree

DISTRICT = "district"
NUMBERS = {Level.STREET: 16, Level.COMMUNITY: 40, Level.ESTATE: 130, Level.GRID: 200}
CATEGORIES, STEWARDS = 30, 200


def units() -> list[Unit]:
    """Those of a level are dealt out among the units of the level above."""
    made = [Unit(DISTRICT, "示例区", "Sample district", Level.DISTRICT, None)]
    above = [DISTRICT]
    for level, number in NUMBERS.items():
        codes = [f"{level}-{index:03}" for index in range(number)]
        made += [
            Unit(code, f"示例{code}", f"Sample {code}", level, above[index % len(above)])
            for index, code in enumerate(codes)
        ]
        above = codes
    return made


@dataclass(frozen=True)
class Shares:
    """Who is drawn how often: the second half as often as the first, the third a third as often (Zipf)."""

    among: Sequence[str]

    def draw(self, random: Random) -> str:
        return random.choices(self.among, cum_weights=self._sums)[0]

    @cached_property
    def _sums(self) -> list[float]:
        sums, total = [], 0.0
        for rank in range(1, len(self.among) + 1):
            total += 1 / rank
            sums.append(total)
        return sums


class District:
    def __init__(self) -> None:
        self.tree = UnitTree(units())
        self._grids = Shares([code for code, unit in self.tree.items() if unit.level is Level.GRID])
        self._categories = Shares([f"category-{index:02}" for index in range(CATEGORIES)])
        self._stewards = Shares([f"steward-{index:03}" for index in range(STEWARDS)])

    def path(self, random: Random) -> list[str]:
        """Down to a grid, or for the few that are placed by hand to the community."""
        path = list(self.tree.path(self._grids.draw(random)))
        return path if random.random() < 0.95 else path[: Level.COMMUNITY.depth + 1]

    def category(self, random: Random) -> str:
        return self._categories.draw(random)

    def serving(self, path: Sequence[str], random: Random) -> dict[str, str]:
        """As an order tells it: who serves, for which unit, and what kind of partner that is."""
        steward = self._stewards.draw(random)
        kinds = sorted(PartnerKind)
        kind = kinds[int(steward[-3:]) % len(kinds)]
        return {"steward": steward, "unit": path[Level.COMMUNITY.depth], "partner_kind": kind}
