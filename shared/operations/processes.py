"""Which processes there are, and how they are: as the broker sees them, and whoever supervises them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.topology import GATEWAY, SERVICES
from shared.operations.broker import BrokerFigures, Presence

CLIENTS = (*SERVICES, GATEWAY)


class State(StrEnum):
    RUNS = "runs"
    STARTS = "starts"
    FROZEN = "frozen"
    """It is there, and does nothing: stopped by a signal or a debugger."""
    APART = "apart"
    """It runs, but the broker does not know it."""
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Program:
    """As a supervisor sees it; `uptime` in seconds."""

    name: str
    state: State
    uptime: float

    @property
    def service(self) -> str:
        return service_of(self.name)


@dataclass(frozen=True, slots=True)
class Process:
    """`uptime` in seconds where it runs; `since`: when it was last seen running, where it does not.

    `instances` and `connections` are those of its service that the broker has.
    """

    name: str
    state: State
    uptime: float | None
    since: datetime | None
    instances: int | None = None
    connections: int | None = None

    @property
    def uses_the_broker(self) -> bool:
        return service_of(self.name) in CLIENTS


def service_of(program: str) -> str:
    """Further instances are numbered: `dispatch-2`."""
    return program.partition("-")[0]


class Attendance:
    """Since when somebody is not there any more; of who was never seen, since the first look."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}

    def since(self, name: str, state: State, at: datetime) -> datetime | None:
        if state in (State.RUNS, State.UNKNOWN):
            self._seen[name] = at
            return None
        return self._seen.setdefault(name, at)


def by_programs(
    programs: Sequence[Program], broker: BrokerFigures | None, attendance: Attendance, at: datetime
) -> Iterator[Process]:
    """One for each program that is supervised."""
    present: Mapping[str, Presence] = broker.present if broker else {}
    for program in sorted(programs, key=_rank):
        presence = present.get(program.service)
        state = program.state
        if state is State.RUNS and presence and not presence.instances:
            state = State.APART
        yield Process(
            program.name,
            state,
            program.uptime if program.state in (State.RUNS, State.FROZEN) else None,
            attendance.since(program.name, state, at),
            presence.instances if presence else None,
            presence.connections if presence else None,
        )


def _rank(program: Program) -> tuple[int, str]:
    """The servers, and then the services as the loop goes."""
    return (CLIENTS.index(program.service) if program.service in CLIENTS else -1), program.name


def by_broker(broker: BrokerFigures | None, attendance: Attendance, at: datetime) -> Iterator[Process]:
    """The broker's own nodes, and one for each service: how many instances of it there are."""
    for node in broker.nodes if broker else ():
        state = State.RUNS if node.running else State.DOWN
        yield Process(node.name, state, node.uptime, attendance.since(node.name, state, at))
    for service in CLIENTS:
        if broker is None:
            attendance.since(service, State.UNKNOWN, at)
            yield Process(service, State.UNKNOWN, None, None)
        else:
            yield _connected(service, broker.present[service], attendance, at)


def _connected(service: str, presence: Presence, attendance: Attendance, at: datetime) -> Process:
    state = State.RUNS if presence.instances else State.DOWN
    began = presence.since if state is State.RUNS else None
    uptime = max(at - began, timedelta()).total_seconds() if began else None
    return Process(
        service, state, uptime, attendance.since(service, state, at), presence.instances, presence.connections
    )
