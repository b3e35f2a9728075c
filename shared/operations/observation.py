"""One look at everything. What nobody can tell is None or Away in it, and never 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from shared.operations.broker import BrokerFigures
from shared.operations.processes import Process
from shared.operations.source import Away
from shared.operations.stages import Stage
from shared.runtime.telemetry.vitals import Vitals


@dataclass(frozen=True, slots=True)
class Observation:
    """`broker` and the `vitals` of each service: None until they have answered for the first time."""

    at: datetime
    broker: BrokerFigures | Away | None
    vitals: Mapping[str, Vitals | Away | None]
    stages: tuple[Stage, ...]
    processes: tuple[Process, ...]

    @property
    def away(self) -> Mapping[str, Away]:
        """Who is away, by name."""
        sources = {"broker": self.broker, **self.vitals}
        return {name: told for name, told in sources.items() if isinstance(told, Away)}
