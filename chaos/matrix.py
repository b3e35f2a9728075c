"""A run as JSON, and JSON as the table of docs/chaos.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psutil

from chaos.running import Run
from steward.stack.home import PROJECT

DOCUMENT = PROJECT / "docs" / "chaos.md"
BEGIN, END = "<!-- generated: make chaos -->", "<!-- end -->"
HEADINGS = (
    "fault 故障",
    "",
    "tried 上报",
    "acknowledged 已确认",
    "lost 丢失",
    "duplicated 重复",
    "recovered in 恢复, s",
)

Figures = Mapping[str, Any]


def figures(run: Run) -> dict[str, Any]:
    """Nothing of when and where, but for the number of cores."""
    return {
        "seed": run.seed,
        "cores": psutil.cpu_count(),
        "cases": run.verdict.cases,
        "events": run.verdict.events,
        "faults": [
            {
                "name": one.fault.name,
                "family": one.fault.family,
                "label": one.fault.label,
                "tried": one.tried,
                "acknowledged": one.acknowledged,
                "lost": one.lost,
                "duplicated": one.duplicated,
                "recovered_seconds": one.recovered,
            }
            for one in run.suffered
        ],
        "complaints": list(run.verdict.complaints),
    }


def rewritten(text: str, figures: Figures) -> str:
    """The document with the table of this run in place of the one before."""
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    table = "\n".join(_lines(figures))
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def write(figures: Figures, document: Path = DOCUMENT) -> None:
    document.write_text(rewritten(document.read_text(encoding="utf-8"), figures), encoding="utf-8")


def _lines(figures: Figures) -> Iterator[str]:
    faults = figures["faults"]
    sums = {name: sum(one[name] for one in faults) for name in ("tried", "acknowledged", "lost", "duplicated")}
    yield (
        f"Seed {figures['seed']}, {figures['cores']} cores: {len(faults)} faults, {figures['cases']:,} cases, "
        f"{figures['events']:,} events, {len(figures['complaints'])} complaints of the verdict."
    )
    yield ""
    yield f"| {' | '.join(HEADINGS)} |"
    yield f"|{'---|' * 2}{'---:|' * (len(HEADINGS) - 2)}"
    for one in sorted(faults, key=lambda one: (one["family"], one["name"])):
        seconds = "—" if one["recovered_seconds"] is None else f"{one['recovered_seconds']:.1f}"
        counts = (one[name] for name in sums)
        yield f"| `{one['name']}` | {one['label']} | {' | '.join(map(str, counts))} | {seconds} |"
    yield f"| | 合计 sum | {' | '.join(map(str, sums.values()))} | |"
