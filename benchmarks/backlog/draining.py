"""Draining: the backlog is laid while the pipeline stands still; then it is let go, timed, and its memory watched."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.backlog.memory import watched
from benchmarks.ground import SERVERS, Ground
from benchmarks.pipelines.backlog import lay
from benchmarks.pipelines.pipeline import Pipeline
from benchmarks.processes import held
from shared.runtime.messages import Publication

LOOK_EVERY = 0.2
SLOWEST = 20
"""Messages a second under which a run is given up."""
STARTING_SECONDS = 60


@dataclass(frozen=True)
class Drained:
    """`queued` were the messages, of `cases` in all; `seconds` until nothing was left to do.

    `resident`: the most MiB of each process meanwhile.
    """

    name: str
    queued: int
    cases: int
    seconds: float
    resident: dict[str, float]

    @property
    def messages_a_second(self) -> float:
        return self.queued / self.seconds

    @property
    def cases_a_second(self) -> float:
        return self.cases / self.seconds


def drain(
    ground: Ground,
    pipeline: Pipeline,
    publications: Iterator[Publication],
    cases: int,
    is_over: Callable[[], bool] = lambda: True,
) -> Drained:
    """`is_over`: what has to hold besides that every case is in both collections. Raises TimeoutError."""
    pipeline.clear()
    laid = _Counted(publications)
    with held(pipeline.pids.values()):
        lay(ground.amqp_uri, pipeline.exchange, laid)
    began = time.perf_counter()
    with watched({**pipeline.pids, **ground.pids(*SERVERS)}) as resident:
        while not (pipeline.holds(cases) and is_over()):
            if time.perf_counter() - began > STARTING_SECONDS + laid.count / SLOWEST:
                raise TimeoutError(f"{pipeline.name}: {laid.count} messages did not come through")
            time.sleep(LOOK_EVERY)
        seconds = time.perf_counter() - began
    return Drained(pipeline.name, laid.count, cases, seconds, resident)


class _Counted:
    """Publications, and how many there were."""

    def __init__(self, publications: Iterator[Publication]) -> None:
        self._publications = publications
        self.count = 0

    def __iter__(self) -> Iterator[Publication]:
        for publication in self._publications:
            self.count += 1
            yield publication
