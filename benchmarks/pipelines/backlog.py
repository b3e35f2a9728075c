"""Running a pipeline down: its processes are held, a backlog is laid before them, and they are let go."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.ground import SERVERS, STARTING_SECONDS, Ground
from benchmarks.pipelines.pipeline import Pipeline
from benchmarks.processes import Meter, Seconds, held
from benchmarks.sample import accepted
from shared.contracts.topology import INTAKE
from shared.runtime.messages import Publication, encode, message_id
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.batches import in_batches
from steward.stack.waiting import wait_until

AT_A_TIME = 500
PATIENCE = 60
"""Seconds for the broker to confirm: where it lets the one who fills its queues wait, that is not measured."""
LOOK_EVERY = 0.02
"""Seconds; two cheap looks at the database, which are in everybody's time alike."""
SLOWEST_SECONDS = 120
WARM_UP_SHARE = 10
"""The warm-up carries the backlog's tenth part."""


@dataclass(frozen=True)
class Run:
    """One backlog, carried from the moment the processes were let go until nothing was left to do."""

    cases: int
    seconds: float
    cpu: Seconds = field(repr=False)
    publications: int
    document_bytes: list[int]

    @property
    def rate(self) -> float:
        """Cases a second."""
        return self.cases / self.seconds

    @property
    def cpu_ms(self) -> dict[str, float]:
        """CPU milliseconds a case, by process."""
        return {name: 1000 * seconds / self.cases for name, seconds in self.cpu.items()}


def run_down(ground: Ground, pipeline: Pipeline, cases: int) -> Run:
    """The measured run, after a short one that warms everything up. Raises StackError if it does not end."""
    wait_until(pipeline.is_ready, STARTING_SECONDS, f"{pipeline.name}: nobody consumes")
    _carry(ground, pipeline, max(1, cases // WARM_UP_SHARE))
    run = _carry(ground, pipeline, cases)
    pipeline.clear()
    return run


def _carry(ground: Ground, pipeline: Pipeline, cases: int) -> Run:
    pipeline.clear()
    with held(pipeline.pids.values()):
        lay(ground.amqp_uri, pipeline.exchange, accepted(ground.samples, cases))
        meter = Meter({**pipeline.pids, **ground.pids(*SERVERS)})
        began = time.perf_counter()
    while not pipeline.holds(cases):
        if time.perf_counter() - began > SLOWEST_SECONDS:
            raise TimeoutError(f"{pipeline.name}: {cases} cases did not come through in {SLOWEST_SECONDS} s")
        time.sleep(LOOK_EVERY)
    seconds, cpu = time.perf_counter() - began, meter.read()
    return Run(cases, seconds, cpu, pipeline.publications(), pipeline.sizes())


def lay(amqp_uri: str, exchange: str, publications: Iterable[Publication]) -> None:
    """Before whoever hears that exchange, as intake's relay would; durable when it returns."""
    publisher = ConfirmedPublisher(amqp_uri, PATIENCE)
    letters = (_letter(exchange, publication) for publication in publications)
    for batch in in_batches(letters, AT_A_TIME):
        if lost := publisher.publish(batch):
            raise LookupError(f"{exchange}: {len(lost)} reports reached no queue")
    publisher.close()


def _letter(exchange: str, publication: Publication) -> Letter:
    body, headers = encode(INTAKE, publication)
    return Letter(exchange, publication.event.type, body, headers, message_id(INTAKE, publication))
