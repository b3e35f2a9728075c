"""Processes that die, hang, or are stopped."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

import psutil

from chaos.fault import PROCESSES, Fault
from chaos.ground import Ground
from shared.contracts.topology import DISPATCH, EVALUATION
from steward.stack import StackError
from steward.stack.services import PROCESSES as SERVICES
from steward.stack.waiting import wait_until

BROKER, DATABASE = "rabbitmq", "mongod"
SERVERS = (BROKER, DATABASE)
HANGING = 6.0
"""Seconds: longer than a confirm is waited for, shorter than two heartbeats."""
TIMES, BETWEEN = 3, 2.5
ORDERLY = 25.0
"""Seconds for a process to end by itself, and be started again."""


def kill(ground: Ground, program: str) -> None:
    """The supervisor starts it again at once."""
    ground.stack.kill(program)


def kill_all(ground: Ground) -> None:
    """As when the power fails: servers and services at the same moment."""
    for program in (*SERVERS, *SERVICES):
        ground.stack.kill(program)


def kill_again(ground: Ground, program: str) -> None:
    """Also while it is starting."""
    for _ in range(TIMES):
        with suppress(StackError):
            ground.stack.kill(program)
        time.sleep(BETWEEN)


def hang(ground: Ground, program: str) -> None:
    with hanging(ground, program):
        time.sleep(HANGING)


@contextmanager
def hanging(ground: Ground, program: str) -> Iterator[None]:
    """It keeps every connection, and does nothing."""
    pid = ground.stack.kill(program, signal.SIGSTOP)
    try:
        yield
    finally:
        psutil.Process(pid).send_signal(signal.SIGCONT)


def stop_each(ground: Ground) -> None:
    """SIGTERM to one service after the other, as when a new version comes."""
    for program in SERVICES:
        before = ground.stack.kill(program, signal.SIGTERM)
        wait_until(partial(_runs_anew, ground, program, before), ORDERLY, f"{program} 没有停止 does not stop")


def _runs_anew(ground: Ground, program: str, before: int) -> bool:
    try:
        return ground.stack.pid(program) != before
    except StackError:
        return False


FAULTS = (
    *(
        Fault(f"kill-{program}", PROCESSES, f"强杀 kill -9 of {program}", partial(kill, program=program))
        for program in (*SERVICES, *SERVERS)
    ),
    Fault("kill-all", PROCESSES, "断电 kill -9 of everything at once", kill_all),
    Fault("kill-again", PROCESSES, f"反复强杀 {DISPATCH} dies while it starts", partial(kill_again, program=DISPATCH)),
    *(
        Fault(f"hang-{program}", PROCESSES, f"挂起 {program} stopped for {HANGING:g} s", partial(hang, program=program))
        for program in (EVALUATION, *SERVERS)
    ),
    Fault("stop-each", PROCESSES, "逐个重启 SIGTERM to each service in turn", stop_each),
)
