"""An observation as the templates take it."""

from collections.abc import Sequence
from typing import Any

from services.gateway.language.sentences import words
from shared.operations import wording
from shared.operations.attention import Level, concerns, overdue
from shared.operations.broker import BrokerFigures
from shared.operations.observation import Observation
from shared.runtime.telemetry.vitals import Vitals

HEIGHT = 20
"""Of a trend, in the units in which it is one wide for every step."""


def content(observation: Observation) -> dict[str, Any]:
    broker = observation.broker
    return {
        "at": observation.at,
        "concerns": concerns(observation),
        "Level": Level,
        "stages": observation.stages,
        "queues": broker.queues if isinstance(broker, BrokerFigures) else None,
        "processes": observation.processes,
        "vitals": {service: told if isinstance(told, Vitals) else None for service, told in observation.vitals.items()},
        "overdue": overdue,
        "trend": trend,
        "retries": lambda queue: " · ".join(map(wording.count, queue.retries.values())),
        "state_word": state_word,
        "say": wording,
    }


def state_word(state: str) -> str:
    """In Chinese; where a report and an order call it differently, as an order does."""
    return words().get(state, state).rpartition("／")[2]


def trend(points: Sequence[int]) -> str:
    """The outline of an area, as an SVG `points` attribute: the highest point is as high as the picture."""
    top = max(points, default=0) or 1
    heights = " ".join(f"{step},{HEIGHT - HEIGHT * point / top:.1f}" for step, point in enumerate(points))
    return f"0,{HEIGHT} {heights} {max(len(points) - 1, 0)},{HEIGHT}"
