"""Spans leave a process without keeping it from anything, whatever becomes of them."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shared.runtime.tracing.starting import PATIENCE
from steward.stack.home import PROJECT
from tests.support import hub
from tests.support.collector import collecting

BEATS = hub.SECONDS / hub.TICK / 10
"""A tenth of what there could be in the quiet seconds alone; a hub that waits for a collector has none."""


@contextmanager
def silent() -> Iterator[str]:
    """Takes connections, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def absent() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
    yield address


@contextmanager
def unknown() -> Iterator[str]:
    yield "http://collector.invalid:4318"


def process(endpoint: str) -> tuple[dict[str, Any], str]:
    """What it told of itself, and its log."""
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", hub.__name__],
        cwd=PROJECT,
        env=os.environ | {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(ran.stdout), ran.stderr


@pytest.mark.parametrize("away", [silent, absent, unknown])
def test_where_nobody_takes_them_nothing_waits(away: Any) -> None:
    with away() as endpoint:
        told, log = process(endpoint)
    assert told["beats"] > BEATS
    assert told["stopping"] < 2 * PATIENCE
    assert "Traceback" not in log


def test_all_that_was_told_arrives_before_a_process_ends() -> None:
    with collecting() as collector:
        told, _ = process(collector.endpoint)
    assert len({span.trace_id for span in collector.spans}) == hub.STEPS
    assert told["beats"] > BEATS
