"""A run: one fault after the other under load, and the verdict at the end."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chaos.fault import Fault
from chaos.ground import Ground
from chaos.load import Sent
from chaos.verdict import Verdict, judge
from steward.stack.commands import REFUSALS

BREATH = 2.0
"""Seconds of load before each fault: it shall meet cases under way."""


@dataclass(frozen=True)
class Suffered:
    """`recovered`: seconds from the end of the fault until all flowed again; None where it did not."""

    fault: Fault
    recovered: float | None
    tried: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    trouble: str = ""
    """Why it did not recover."""


@dataclass(frozen=True)
class Run:
    suffered: Sequence[Suffered]
    verdict: Verdict

    @property
    def is_good(self) -> bool:
        return self.verdict.is_good and all(one.recovered is not None for one in self.suffered)


def run(ground: Ground, faults: Sequence[Fault], seconds: float, say: Callable[[str], object]) -> Run:
    """In an order by chance. None begins once `seconds` have passed, or two in a row did not recover."""
    deadline = time.monotonic() + seconds
    suffered: list[Suffered] = []
    with ground.load.flowing():
        for fault in ground.random.sample(faults, len(faults)):
            if time.monotonic() > deadline or _is_hopeless(suffered):
                break
            say(f"{fault.name}: {fault.label}")
            suffered.append(_suffer(ground, fault))
            say(f"  恢复 recovered: {suffered[-1].recovered} s")
    say("核对 The verdict")
    verdict = judge(ground.stack, ground.load)
    return Run([_counted(one, ground.load.sent, verdict) for one in suffered], verdict)


def _is_hopeless(suffered: Sequence[Suffered]) -> bool:
    return [one.recovered for one in suffered[-2:]] == [None, None]


def _suffer(ground: Ground, fault: Fault) -> Suffered:
    ground.load.fault = fault.name
    time.sleep(BREATH)
    try:
        fault.inject(ground)
        ended = time.monotonic()
        ground.wait_until_well(fault.patience)
    except REFUSALS as error:
        return Suffered(fault, None, trouble=str(error))
    return Suffered(fault, round(time.monotonic() - ended, 1))


def _counted(suffered: Suffered, sent: Sequence[Sent], verdict: Verdict) -> Suffered:
    """With what became of the reports that were sent under this fault."""
    here = [one for one in sent if one.fault == suffered.fault.name]
    return replace(
        suffered,
        tried=len(here),
        acknowledged=sum(one.case_id is not None for one in here),
        lost=sum(one.key in verdict.lost for one in here),
        duplicated=sum(one.key in verdict.duplicated for one in here),
    )
