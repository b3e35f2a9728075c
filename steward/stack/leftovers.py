"""Processes of a stack, found by a variable in their environment: those too that outlived their supervisor."""

from collections.abc import Callable

import psutil

from steward.stack.home import Home

# Not the variable a person may export to choose a home: a shell must never look like part of a stack.
MARKER = "STEWARD_STACK"

GRACE_SECONDS = 10


def of_home(home: Home) -> list[psutil.Process]:
    """Every live process that was started for this home, the supervisor included."""
    return [process for process in psutil.process_iter() if _belongs_to(process, home)]


def stop(home: Home) -> list[psutil.Process]:
    """Stop what is left of this home's stack, gently and then by force; returns what was found."""
    found = of_home(home)
    for process in found:
        _ignoring_the_dead(process.terminate)
    _, stubborn = psutil.wait_procs(found, timeout=GRACE_SECONDS)
    for process in stubborn:
        _ignoring_the_dead(process.kill)
    psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)
    return found


def kill(home: Home) -> None:
    """By force and at once. A supervisor may start another process while it is found: none is left in the end."""
    while found := of_home(home):
        for process in found:
            _ignoring_the_dead(process.kill)
        psutil.wait_procs(found, timeout=GRACE_SECONDS)


def _belongs_to(process: psutil.Process, home: Home) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get(MARKER) == str(home.folder)
    except psutil.Error:
        return False


def _ignoring_the_dead(action: Callable[[], None]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return
