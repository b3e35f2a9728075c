"""The files of `observability` as tests need them: which figures they ask for, and which there are."""

import json
from collections.abc import Iterator
from typing import Any

import promql_parser
import yaml

from shared.runtime.telemetry import metrics
from steward.stack.targets import SHIPPED

OF_PROMETHEUS = {"up": {"job", "service", "instance"}}
OF_RABBITMQ = {
    "rabbitmq_alarms_memory_used_watermark": {"instance"},
    "rabbitmq_alarms_free_disk_space_watermark": {"instance"},
    "rabbitmq_detailed_queue_messages": {"queue", "vhost", "instance"},
    "rabbitmq_detailed_queue_consumers": {"queue", "vhost", "instance"},
}
OF_TARGETS = {"job", "service", "instance"}


def known_figures() -> dict[str, set[str]]:
    """Every series by its name, with the labels that it has."""
    ours = {reading.name: {reading.label} - {""} for reading in metrics.READINGS}
    for family in metrics.REGISTRY.collect():
        match family.type:
            case "counter":
                ours[f"{family.name}_total"] = _labels(family.name)
            case "histogram":
                labels = _labels(family.name)
                ours |= {f"{family.name}_sum": labels, f"{family.name}_count": labels}
                ours[f"{family.name}_bucket"] = labels | {"le"}
            case _:
                ours[family.name] = _labels(family.name)
    return {name: labels | OF_TARGETS for name, labels in ours.items()} | OF_PROMETHEUS | OF_RABBITMQ


def _labels(family: str) -> set[str]:
    """None has those of a process, which its library reads."""
    metric = metrics.REGISTRY._names_to_collectors.get(family)
    return {*getattr(metric, "_labelnames", ())}


def selectors(expression: str) -> list[promql_parser.VectorSelector]:
    """What the expression asks for. Raises ValueError where it is no PromQL."""
    found: list[promql_parser.VectorSelector] = []

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found


def dashboard() -> dict[str, Any]:
    return dict(json.loads((SHIPPED / "grafana" / "loop.json").read_text(encoding="utf-8")))


def dashboard_expressions() -> Iterator[tuple[str, str]]:
    """Each with the title of its panel."""
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((SHIPPED / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]
