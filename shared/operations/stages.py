"""The four stages of the loop: what lies at each, and how much passes it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.operations.broker import BrokerFigures
from shared.operations.source import Away
from shared.runtime.telemetry.vitals import Vitals

Flow = Callable[[BrokerFigures], float | None]


@dataclass(frozen=True, slots=True)
class _Stage:
    """`flow`: which events are counted as passing it."""

    name: str
    service: str
    states: tuple[str, ...]
    flow: Flow


# Intake hears of orders what service has come to and nothing else, dispatch what is to be done: so their inboxes count.
STAGES = (
    _Stage("report", INTAKE, ("submitted", "needs_information"), lambda broker: broker.told[INTAKE]),
    _Stage(
        "dispatch",
        DISPATCH,
        ("pending", "pooled", "deliberating", "assigned"),
        lambda broker: broker.arriving(DISPATCH),
    ),
    _Stage(
        "serve",
        DISPATCH,
        ("accepted", "in_progress", "needs_information", "suspended", "reworking", "completed", "verified"),
        lambda broker: broker.arriving(INTAKE),
    ),
    _Stage("rate", EVALUATION, ("invited", "rated", "disputed"), lambda broker: broker.told[EVALUATION]),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """`open`: cases by state, None where its service is away; `per_minute`: events, None where the broker is."""

    name: str
    service: str
    open: Mapping[str, int] | None
    per_minute: float | None

    @property
    def cases(self) -> int | None:
        return None if self.open is None else sum(self.open.values())


def stages(broker: BrokerFigures | None, vitals: Mapping[str, Vitals | Away | None]) -> Iterator[Stage]:
    for stage in STAGES:
        told = vitals.get(stage.service)
        yield Stage(
            stage.name,
            stage.service,
            {state: told.open_cases.get(state, 0) for state in stage.states} if isinstance(told, Vitals) else None,
            stage.flow(broker) if broker else None,
        )
