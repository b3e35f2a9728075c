"""What may be published: no figure of so few cases that it would tell of single persons 小样本不公开."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Set

from services.evaluation.indicators.measures import GROUPS

Counts = Mapping[str, int]


def hidden(cells: Mapping[str, Counts], family_of: Callable[[str], Hashable], smallest: int) -> dict[str, Set[str]]:
    """The groups of measures that each cell of one period keeps to itself.

    A cell of 1 to `smallest` - 1 cases is hidden. Where it would be the only one of its family, it could be
    told by subtracting the others from their sum; then the smallest other one is hidden too.
    """
    families = defaultdict(list)
    for code in cells:
        families[family_of(code)].append(code)
    found: dict[str, set[str]] = {code: set() for code in cells}
    for family in families.values():
        for group in GROUPS:
            for code in _too_few({code: cells[code].get(group, 0) for code in family}, smallest):
                found[code].add(group)
    return {code: frozenset(groups) for code, groups in found.items()}


def small_groups(counts: Counts, smallest: int) -> Set[str]:
    """The groups of measures that a cell without siblings keeps to itself."""
    return frozenset(group for group in GROUPS if 0 < counts.get(group, 0) < smallest)


def _too_few(counts: Counts, smallest: int) -> list[str]:
    known = sorted((count, code) for code, count in counts.items() if count)
    few = [code for count, code in known if count < smallest]
    return [code for _, code in known[:2]] if len(few) == 1 else few
