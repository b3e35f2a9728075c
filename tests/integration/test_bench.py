"""The benchmark works: every figure is there. How large they are is not for a test to say."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from steward.stack.home import PROJECT

pytestmark = pytest.mark.servers

MINUTES = 6
MAY_BE_ZERO = ("others", "cpu_ms/mongod")
"""What others use, and what fifty decisions cost mongod: the system counts it in ticks of 10 ms."""


def numbers(figures: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(figures, dict):
        for name, inner in figures.items():
            yield from numbers(inner, f"{path}/{name}")
    elif isinstance(figures, list):
        for inner in figures:
            yield from numbers(inner, path)
    elif isinstance(figures, int | float):
        yield path, figures


def test_a_quick_run_has_every_figure(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--cases", "200", "--json", str(written)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60 * MINUTES, check=False)
    assert done.returncode == 0, done.stderr

    figures = json.loads(written.read_text(encoding="utf-8"))
    assert figures["event_path"].keys() == {
        "ours",
        "ours, with all who listen",
        "bare, in tens",
        "bare, in hundreds",
        "bare, one by one",
        "nameko",
    }
    for name, path in figures["event_path"].items():
        assert path["durable_writes_per_case"] == 2
        most = 4 if name.startswith("ours") else 3  # evaluation follows each of two events, or both at once
        assert 3 <= path["publications_per_case"] <= most
    assert figures["ratios"].keys() == {"ours_to_bare_in_tens", "ours_to_plain_nameko"}
    assert figures["loop"]["steps_ms"].keys() == {"report", "accept", "start", "complete", "rate"}
    for what in ("submit", "read", "list"):
        assert figures["gateway"][what].keys() == {"ours", "bare", "ours_to_bare"}
    assert figures["assignment"]["cases"] >= 1
    assert figures["fairness"]["ours"]["assigned"] == figures["fairness"]["orders"]
    assert figures["decisions"]["growth"].keys() == {"stewards", "p50", "cpu"}
    (at_scale,) = figures["indicators"].values()
    assert at_scale["dashboard"].keys() == at_scale["trend"].keys() == {"ours_ms", "plain_ms"}
    assert at_scale["export"]["rows"] == 10_000
    assert figures["machine"].keys() >= {"cores", "python", "rabbitmq", "mongod"}
    not_positive = [path for path, number in numbers(figures) if number <= 0 and not path.endswith(MAY_BE_ZERO)]
    assert not_positive == []
