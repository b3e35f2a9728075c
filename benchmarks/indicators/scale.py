"""The dashboard over so many cases: how long it takes to count them all, to ask, and to export them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any

from pymongo.errors import ExecutionTimeout

from benchmarks.ground import Servers
from benchmarks.indicators import plain
from benchmarks.indicators.asking import QUESTIONS, Asked, Figured, Reader
from benchmarks.indicators.district import District
from benchmarks.indicators.exporting import export
from benchmarks.indicators.filling import COLLECTION, fill, require_space
from benchmarks.loop.figures import percentile
from services.evaluation.indicators.counting import Counter
from services.evaluation.indicators.rebuilding import Rebuilt, rebuild
from services.evaluation.rulebook import FILES, read_rulebook
from shared.contracts.topology import EVALUATION
from shared.runtime.mongo import Mongo
from shared.runtime.units import save_units
from steward.stack.rules import SHIPPED

Say = Callable[[str], None]
EXPORTED = 1_000_000
"""Rows, at most, that are exported: what is said of a million holds for more, as the export streams."""


@dataclass(frozen=True)
class Patience:
    """How often each is asked, and after how many seconds no more of the plain ones are begun, or is one given up."""

    ours: int
    plain: int
    seconds: float


class Disagreement(Exception):
    """The rollups and the cases do not say the same."""


def measure(servers: Servers, sizes: Sequence[int], patience: Patience, say: Say) -> dict[str, Any]:
    """By number of evaluations. Raises TooLittleSpace, or Disagreement."""
    require_space(servers.stack.home.folder, max(sizes))
    database, district = servers.client[EVALUATION], District()
    save_units(database, district.tree.values())
    rulebook = read_rulebook({name: SHIPPED / name for name in FILES})
    counter = Counter(database[COLLECTION], rulebook.indicators.periods, "benchmark")
    reader = Reader(counter, rulebook, district.tree)
    found = {}
    for size in sorted(sizes):
        say(f"{size:,} 件评价 evaluations: 生成 made")
        began = perf_counter()
        fill(database, district, size, rulebook.indicators.periods)
        filled = perf_counter()
        cells = _count(counter, size, say)
        counted = perf_counter()
        say(f"{size:,} 件评价 evaluations: 查询 asked")
        found[str(size)] = {
            "made_per_second": size / (filled - began),
            "counted_per_second": size / (counted - filled),
            "cells": cells,
            "disk_gib": database.command("dbStats")["totalSize"] / 2**30,
            **{name: _compare(database, reader, asked, patience) for name, asked in QUESTIONS.items()},
        }
        if size <= EXPORTED:
            say(f"{size:,} 件评价 evaluations: 导出 exported")
            found[str(size)]["export"] = export(servers.stack, size)
    return found


def _count(counter: Counter, size: int, say: Say) -> int:
    """How many cells there are. Raises Disagreement where a case was made with other amounts than it counts."""
    done = Rebuilt()
    for done in rebuild(counter):
        say(f"{size:,} 件评价 evaluations: 重算 counted {done.cases:,}")
    if done.miscounted or done.cases != size:
        raise Disagreement(f"{len(done.miscounted)} of {done.cases} cases, e.g. {done.miscounted[:1]}")
    return done.cells


def _compare(database: Mongo, reader: Reader, asked: Callable[[int], Asked], patience: Patience) -> dict[str, Any]:
    """In milliseconds; `plain` is missing where it was given up."""
    ours = [_timed(partial(reader.ask, asked(number)))[0] for number in range(patience.ours)]
    plain_ones = _ask_plainly(database, reader, asked, patience)
    told = {"p50": percentile(ours, 0.5), "p99": percentile(ours, 0.99), "most": max(ours), "asked": len(ours)}
    return {"ours_ms": told} | (
        {"plain_ms": {"fewest": min(plain_ones), "most": max(plain_ones)}} if plain_ones else {}
    )


def _ask_plainly(database: Mongo, reader: Reader, asked: Callable[[int], Asked], patience: Patience) -> list[float]:
    """Raises Disagreement."""
    weights = reader.rulebook.indicators.weights
    most = int(1000 * patience.seconds)
    taken: list[float] = []
    for number in count(1):
        question = asked(number)
        try:
            spent, answer = _timed(partial(plain.ask, database, question, weights, most))
        except ExecutionTimeout:
            return taken
        if answer != reader.ask(question):
            raise Disagreement(question)
        taken.append(spent)
        if len(taken) == patience.plain or sum(taken) > most:
            return taken
    return taken


def _timed(ask: Callable[[], Figured]) -> tuple[float, Figured]:
    began = perf_counter()
    answer = ask()
    return 1000 * (perf_counter() - began), answer
