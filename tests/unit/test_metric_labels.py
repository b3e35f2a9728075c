"""Labels have few values: what comes from outside cannot make new ones."""

from typing import Any

import pytest

from shared.contracts.topology import RETRY_DELAYS, dead_letters, retry_queue
from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.labels import event_type, http_method, verb


@pytest.mark.parametrize(
    ("method", "args", "kwargs", "shown"),
    [
        ("carry_out", ("submit", {}), {}, "submit"),
        ("carry_out", (), {"verb": "complete", "request": {}}, "complete"),
        ("carry_out_campaign", (), {"verb": "announce"}, "announce"),
        ("carry_out", (), {"verb": "x' OR 1=1"}, "other"),
        ("carry_out", (), {"verb": ["submit"]}, "other"),
        ("carry_out", (), {}, "other"),
        ("get_report", (), {"case_id": "0199"}, "get_report"),
    ],
)
def test_a_call_is_shown_by_its_verb_or_its_method(
    method: str, args: tuple[Any, ...], kwargs: dict[str, Any], shown: str
) -> None:
    assert verb(method, args, kwargs) == shown


def test_unknown_words_are_one_value() -> None:
    assert (event_type("ReportAccepted"), event_type("Invented")) == ("ReportAccepted", "other")
    assert (http_method("PATCH"), http_method("BREW")) == ("PATCH", "other")


def test_the_rungs_are_named_by_how_long_one_waits_there() -> None:
    queues = [retry_queue("intake", delay) for delay in RETRY_DELAYS] + [dead_letters("intake")]
    assert [queue.rpartition(".")[2] for queue in queues] == ["2s", "30s", "300s", "dead"]


def test_every_figure_is_named_once_and_by_the_conventions() -> None:
    families = list(metrics.REGISTRY.collect())
    names = [family.name for family in families] + [reading.name for reading in metrics.READINGS]
    ours = [name for name in names if not name.startswith("process_")]
    assert len(names) == len(set(names))
    assert all(name.startswith("steward_") for name in ours)
    assert {family.name for family in families if family.type == "histogram" and "_seconds" not in family.name} == {
        "steward_event_batch_size",
        "steward_group_commit_operations",
    }
