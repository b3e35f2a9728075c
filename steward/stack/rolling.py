"""Restarting the services one process at a time, each ready before the next one goes, so that nobody notices."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

from steward.stack.addresses import Addresses
from steward.stack.errors import StackError
from steward.stack.instances import is_instance_of
from steward.stack.program import Program
from steward.stack.readiness import http_ok
from steward.stack.supervisor import Supervisor
from steward.stack.waiting import wait_until

READY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Restarted:
    """Seconds."""

    name: str
    ending: float
    """In which it finished what it had."""
    starting: float
    """From then until it was ready."""


def restart(supervisor: Supervisor, addresses: Addresses, programs: Iterable[Program]) -> Iterator[Restarted]:
    """Each in turn. Raises `StackError` where one does not become ready, and leaves alone those that would follow."""
    for program in programs:
        began = monotonic()
        supervisor.stop(program)
        ended = monotonic()
        supervisor.start(program)
        ready = f"{addresses.probe(program.name)}/health/ready"
        wait_until(partial(http_ok, ready), READY_SECONDS, f"{program.name} 没有就绪: {ready} is not ready")
        yield Restarted(program.name, ended - began, monotonic() - ended)


def chosen(programs: Sequence[Program], names: Sequence[str]) -> list[Program]:
    """Those of these services, or single instances, in the order in which they start; all where none is named.

    Raises `StackError` for a name of nothing.
    """
    for name in names:
        if not any(_is_meant(program, name) for program in programs):
            known = ", ".join(program.name for program in programs)
            raise StackError(f"没有 {name}: there is no {name} here, only {known}")
    return [program for program in programs if not names or any(_is_meant(program, name) for name in names)]


def _is_meant(program: Program, name: str) -> bool:
    return program.name == name or is_instance_of(name, program.name)
