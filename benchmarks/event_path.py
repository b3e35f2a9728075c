"""The event path beside its rivals: in turns, so that a noisy moment of the machine hits both.

Who only listens to the loop stands still meanwhile, as the rivals have nobody who does; what they add is told by a run
of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.ground import STARTING_SECONDS, Ground
from benchmarks.pipelines.backlog import Run, run_down
from benchmarks.pipelines.bare import bare
from benchmarks.pipelines.ours import ours
from benchmarks.pipelines.plain_nameko import plain_nameko
from benchmarks.processes import held
from shared.contracts.topology import FEED, PICTURES, inbox
from steward.stack.waiting import wait_until

OURS, LISTENED_TO, IN_TENS, IN_HUNDREDS, ONE_BY_ONE, PLAIN = (
    "ours",
    "ours, with all who listen",
    "bare, in tens",
    "bare, in hundreds",
    "bare, one by one",
    "nameko",
)
LISTENERS = (FEED, PICTURES)
SLOW_SHARE = 5
"""The slow rivals carry the backlog's fifth part: their rate does not depend on it."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    name: str
    runs: list[Run]

    @property
    def rate(self) -> float:
        """Cases a second, the median of the runs."""
        return median(run.rate for run in self.runs)

    def figures(self) -> dict[str, Any]:
        run = self.runs[0]
        return {
            "cases": run.cases,
            "cases_per_second": self.rate,
            "each_run": [run.rate for run in self.runs],
            "cpu_ms_per_case": {name: median(run.cpu_ms[name] for run in self.runs) for name in run.cpu_ms},
            "durable_writes_per_case": len(run.document_bytes),
            "publications_per_case": run.publications / run.cases,
            "document_bytes": run.document_bytes,
        }


def measure(ground: Ground, cases: int, turns: int, say: Say) -> dict[str, Result]:
    """By name."""
    runs: dict[str, list[Run]] = {}
    for name, run in _runs(ground, cases, turns):
        say(f"{name}: {run.rate:,.0f} cases/s")
        runs.setdefault(name, []).append(run)
    return {name: Result(name, done) for name, done in runs.items()}


def ratios(results: dict[str, Result]) -> dict[str, float]:
    return {
        "ours_to_bare_in_tens": results[OURS].rate / results[IN_TENS].rate,
        "ours_to_plain_nameko": results[OURS].rate / results[PLAIN].rate,
    }


def _runs(ground: Ground, cases: int, turns: int) -> Iterator[tuple[str, Run]]:
    few = max(1, cases // SLOW_SHARE)
    with held(ground.pids(*LISTENERS).values()):
        for _ in range(turns):
            yield OURS, run_down(ground, ours(ground), cases)
            with bare(ground, IN_TENS, 10) as rival:
                yield IN_TENS, run_down(ground, rival, cases)
            with plain_nameko(ground) as rival:
                yield PLAIN, run_down(ground, rival, few)
        with bare(ground, IN_HUNDREDS, 100) as rival:
            yield IN_HUNDREDS, run_down(ground, rival, cases)
        with bare(ground, ONE_BY_ONE, 1) as rival:
            yield ONE_BY_ONE, run_down(ground, rival, few)
        for listener in LISTENERS:
            ground.channel.queue_purge(inbox(listener))
    wait_until(lambda: all(_is_heard_by(ground, who) for who in LISTENERS), STARTING_SECONDS, "nobody listens again")
    yield LISTENED_TO, run_down(ground, ours(ground), cases)


def _is_heard_by(ground: Ground, listener: str) -> bool:
    """After a long stand the broker has given it up, and it comes again."""
    return bool(ground.channel.queue_declare(inbox(listener), passive=True).consumer_count)
