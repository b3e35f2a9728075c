"""A part of the faults for where time is short: the seed decides which, and consecutive seeds meet every family."""

from collections.abc import Sequence
from random import Random

from chaos.fault import FAMILIES, Fault

FAMILIES_AT_ONCE = 2
EACH = 1


def subset(faults: Sequence[Fault], seed: int) -> list[Fault]:
    """Of some families, some faults each."""
    random = Random(seed)
    first = FAMILIES_AT_ONCE * seed
    families = [FAMILIES[(first + number) % len(FAMILIES)] for number in range(FAMILIES_AT_ONCE)]
    by_family = [[fault for fault in faults if fault.family == family] for family in families]
    return [fault for known in by_family for fault in random.sample(known, min(EACH, len(known)))]
