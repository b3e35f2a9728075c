"""A clock that is wrong: an instance more of a service, hours ahead or behind, which dies in the middle of its work."""

import subprocess
import time
from functools import partial
from pathlib import Path

from chaos.fault import CLOCK, Fault
from chaos.ground import Ground
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from steward.stack.home import PROJECT
from steward.stack.leftovers import MARKER
from steward.stack.services import program
from steward.stack.supervisor import inherited

LIBRARY = "libfaketimeMT.so.1"
SECONDS = 10.0
"""Of which it takes some to start."""
HOURS = 2
AHEAD, BEHIND = ("ahead", "快", "+"), ("behind", "慢", "-")


def wrong_clock(ground: Ground, service: str, offset: str) -> None:
    with (ground.stack.home.logs / f"{service}{offset}.log").open("wb") as log:
        instance = _start(ground, service, offset, log.fileno())
        try:
            time.sleep(SECONDS)
        finally:
            instance.kill()
            instance.wait()


def _start(ground: Ground, service: str, offset: str, log: int) -> "subprocess.Popen[bytes]":
    """It takes its part of the work beside the one whose clock is right. Waiting goes by the true time."""
    regular = program(service, ground.stack.record)
    clock = {"LD_PRELOAD": str(_library()), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    environment = {**inherited(), **regular.environment, **clock, MARKER: str(ground.stack.home.folder)}
    del environment["PROBE_ADDRESS"]  # which is the regular one's
    return subprocess.Popen(regular.command, env=environment, cwd=PROJECT, stdout=log, stderr=log)


def _library() -> Path:
    """Debian's libfaketime, wherever its architecture puts it."""
    return next(Path("/usr/lib").glob(f"*/faketime/{LIBRARY}"))


FAULTS = tuple(
    Fault(
        f"clock-{name}-{service}",
        CLOCK,
        f"时钟{name_zh} {HOURS} h {name} at one of two of {service}",
        partial(wrong_clock, service=service, offset=f"{sign}{HOURS}h"),
    )
    for service, (name, name_zh, sign) in (
        (INTAKE, AHEAD),
        (DISPATCH, AHEAD),
        (DISPATCH, BEHIND),
        (EVALUATION, AHEAD),
    )
)
