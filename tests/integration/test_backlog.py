"""The backlog's benchmark works: it drains all of it in order. How fast is not for a test to say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from steward.stack.home import PROJECT

pytestmark = pytest.mark.servers

MESSAGES = 3000
MINUTES = 6


def test_a_backlog_is_drained_in_order(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks.backlog", "--messages", str(MESSAGES), "--json", str(written)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60 * MINUTES, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads(written.read_text(encoding="utf-8"))
    assert figures["order"] == {"cases": MESSAGES // 2, "wrong": [], "overtaken": 0}
    assert [run["queued"] for run in figures["runs"]] == [MESSAGES] * 3
    assert all(run["seconds"] > 0 and min(run["resident"].values()) > 0 for run in figures["runs"])
