"""Faults of every family under load, by three seeds: nothing acknowledged is lost, nothing is applied twice."""

from collections.abc import Iterator

import pytest

from chaos.fault import FAMILIES
from chaos.faults import FAULTS
from chaos.ground import Ground, Lines, own_stack
from chaos.running import run
from chaos.subset import subset
from steward.stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.faults]

SEEDS = (1, 2, 3)
SECONDS = 120.0
"""No fault begins later."""


@pytest.fixture(scope="module")
def system() -> Iterator[tuple[Stack, Lines]]:
    """One for all seeds: what one left behind is there for the next, as in life."""
    with own_stack() as system:
        yield system


def test_the_seeds_together_meet_every_family() -> None:
    assert {fault.family for seed in SEEDS for fault in subset(FAULTS, seed)} == {*FAMILIES}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_system_survives(system: tuple[Stack, Lines], seed: int) -> None:
    faults = subset(FAULTS, seed)
    done = run(Ground.on(*system, seed), faults, SECONDS, print)
    assert [one.trouble for one in done.suffered if one.recovered is None] == []
    assert done.verdict.complaints == []
    assert len(done.suffered) == len(faults)
    assert all(one.acknowledged for one in done.suffered)  # else there was no load, and nothing is proved
