"""What became of every fault: a run's figures as JSON, kept by fault, and the table of docs/chaos.md made of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import psutil

from chaos.faults import FAULTS
from chaos.running import Run
from steward.stack.home import PROJECT

DOCUMENT = PROJECT / "docs" / "chaos.md"
KEPT = PROJECT / "chaos" / "matrix.json"
BEGIN, END = "<!-- generated: python -m chaos --document -->", "<!-- end -->"
HEADINGS = (
    "fault 故障",
    "",
    "tried 上报",
    "acknowledged 已确认",
    "lost 丢失",
    "duplicated 重复",
    "recovered in 恢复, s",
    "seed 种子",
    "audit 核对",
)
COUNTS = ("tried", "acknowledged", "lost", "duplicated")

Matrix = Mapping[str, Mapping[str, Any]]
"""By the fault's name."""


def figures(run: Run, seed: int) -> dict[str, dict[str, Any]]:
    """Nothing of when and where, but for the number of cores. `complaints` are those of the whole run."""
    return {
        one.fault.name: {
            "tried": one.tried,
            "acknowledged": one.acknowledged,
            "lost": one.lost,
            "duplicated": one.duplicated,
            "recovered_seconds": one.recovered,
            "seed": seed,
            "cores": psutil.cpu_count(),
            "complaints": len(run.verdict.complaints),
        }
        for one in run.suffered
    }


def keep(latest: Matrix) -> None:
    """The latest figures of each fault, of this run or of one before; those of faults that are no more go."""
    before = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    matrix = {fault.name: known for fault in FAULTS if (known := latest.get(fault.name) or before.get(fault.name))}
    KEPT.write_text(json.dumps(matrix, indent=2) + "\n", encoding="utf-8")
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text(encoding="utf-8"), matrix), encoding="utf-8")


def rewritten(text: str, matrix: Matrix) -> str:
    """The document with this table in place of the one before."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = "\n".join(_lines(matrix))
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def _lines(matrix: Matrix) -> Iterator[str]:
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * 2}{'---:|' * (len(HEADINGS) - 3)}---|"
    for fault in FAULTS:
        if known := matrix.get(fault.name):
            yield f"| `{fault.name}` | {fault.label} | {' | '.join(_cells(known))} |"
    sums = (f"{sum(known[name] for known in matrix.values()):,}" for name in COUNTS)
    yield f"| {len(matrix)} | 合计 sum | {' | '.join(sums)} | | | |"


def _cells(known: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(known[name]) for name in COUNTS)
    yield "—" if known["recovered_seconds"] is None else f"{known['recovered_seconds']:.1f}"
    yield str(known["seed"])
    yield f"{known['complaints']} complaints" if known["complaints"] else "clean 无异常"
