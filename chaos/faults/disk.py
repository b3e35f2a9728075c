"""Disks without room: what would be written is refused."""

import time
from contextlib import suppress
from functools import partial
from resource import RLIMIT_FSIZE

import psutil

from chaos.broker import short_of_disk
from chaos.fault import DISK, Fault
from chaos.faults.processes import BROKER, DATABASE
from chaos.ground import Ground
from shared.contracts.topology import PICTURES
from steward.stack import StackError

SECONDS = 5.0
LOOK_AGAIN = 0.1


def no_room_for_the_broker(ground: Ground) -> None:
    """RabbitMQ 3.10 goes on without its log, and its queues take nothing any more: whoever makes room restarts it."""
    no_room(ground, BROKER)
    ground.stack.kill(BROKER)


def no_room(ground: Ground, program: str) -> None:
    """No file of the program may grow or be written: neither of its process, nor of the one started in its place."""
    ending = time.monotonic() + SECONDS
    while time.monotonic() < ending:
        with suppress(StackError, psutil.NoSuchProcess):
            _limit(ground.stack.pid(program), 0)
        time.sleep(LOOK_AGAIN)
    with suppress(StackError, psutil.NoSuchProcess):
        _limit(ground.stack.pid(program), None)


def _limit(pid: int, size: int | None) -> None:
    """Bytes that a file may have; None: as many as the process may allow itself. Only the soft limit is moved."""
    process = psutil.Process(pid)
    _, most = process.rlimit(RLIMIT_FSIZE)
    process.rlimit(RLIMIT_FSIZE, (most if size is None else size, most))


def alarm(ground: Ground) -> None:
    with short_of_disk(ground.stack):
        time.sleep(SECONDS)


FAULTS = (
    *(
        Fault(
            f"no-room-{program}",
            DISK,
            f"磁盘写满 {program} may write nothing for {SECONDS:g} s",
            partial(no_room, program=program),
        )
        for program in (DATABASE, PICTURES)
    ),
    Fault(
        f"no-room-{BROKER}",
        DISK,
        f"磁盘写满 {BROKER} may write nothing for {SECONDS:g} s, and is restarted",
        no_room_for_the_broker,
    ),
    Fault("disk-alarm", DISK, f"磁盘告警 publishers blocked for {SECONDS:g} s", alarm),
)
