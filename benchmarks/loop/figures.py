"""The figures of a load: rates, costs, and how long each step took."""

from collections.abc import Iterable
from math import ceil
from statistics import fmean
from typing import Any

from benchmarks.loop.carrying import STEPS
from benchmarks.loop.load import Load


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


def loop_figures(load: Load, clients: int) -> dict[str, Any]:
    return {
        "clients": clients,
        "cases": len(load.carried),
        "cases_per_second": load.rate,
        "requests_per_case": fmean(carried.requests for carried in load.carried),
        "cpu_ms_per_case": load.cpu_ms,
        "steps_ms": {step: _spread(carried.steps[step] for carried in load.carried) for step in STEPS},
    }


def assignment_figures(load: Load, rate: float) -> dict[str, Any]:
    return {
        "arrivals_per_second": rate,
        "cases": len(load.carried),
        "accepted_to_assigned_ms": _spread(carried.to_assigned for carried in load.carried),
    }


def _spread(seconds: Iterable[float]) -> dict[str, float]:
    listed = [1000 * value for value in seconds]
    return {"p50": percentile(listed, 0.5), "p99": percentile(listed, 0.99), "most": max(listed)}
