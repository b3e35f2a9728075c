"""kill -9 of every process in turn, under load: nothing acknowledged is lost, nothing ends in two states."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from steward.stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.faults]

SAMPLE = Path("samples/licheng")
REPORTS = 1000
VICTIMS = ("intake", "dispatch", "evaluation", "gateway", "rabbitmq", "mongod")
BETWEEN_KILLS = 4
"""Seconds of load between two kills, each after everything has come back from the one before."""
LONGEST = 600


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"RATING_WINDOW": "3s"}
    with Stack(tmp_path_factory.mktemp("faults")).running(free_ports=True, settings=settings) as stack:
        _steward(stack, "load-organisation", str(SAMPLE))
        yield stack


def test_every_process_is_killed_in_turn_and_every_case_ends_well(stack: Stack, tmp_path: Path) -> None:
    replay = _start_replay(stack, _many_reports(tmp_path), tmp_path)
    try:
        for victim in VICTIMS:
            with pytest.raises(subprocess.TimeoutExpired):
                replay.wait(BETWEEN_KILLS)  # the load must still be there, or the kill proves nothing
            stack.kill(victim, signal.SIGKILL)
            stack.wait_for_servers()
            stack.wait_for_services()
        output, _ = replay.communicate(timeout=LONGEST)
    finally:
        replay.kill()
    assert replay.returncode == 0, output
    acknowledged = (tmp_path / "ids").read_text().split()
    assert len(acknowledged) == json.loads((tmp_path / "tally.json").read_text())["reported"] == REPORTS
    _steward(stack, "audit", "--wait", "60", "--ids", str(tmp_path / "ids"))


def _many_reports(folder: Path) -> Path:
    """The sample's reports over again, each time by other residents."""
    rows = [json.loads(line) for line in (SAMPLE / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    many = [{**rows[index % len(rows)], "user": f"resident-{index}"} for index in range(REPORTS)]
    path = folder / "reports.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in many), encoding="utf-8")
    return path


def _start_replay(stack: Stack, reports: Path, folder: Path) -> subprocess.Popen[str]:
    options = ["--clients", "8", "--patience", "120", "--wait-expiry", "60"]
    options += ["--ids", str(folder / "ids"), "--json", str(folder / "tally.json")]
    return subprocess.Popen(
        [*_command(stack, "replay"), str(reports), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _steward(stack: Stack, *arguments: str) -> None:
    command, *rest = arguments
    done = subprocess.run(
        [*_command(stack, command), *rest], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _command(stack: Stack, name: str) -> list[str]:
    return [str(Path(sys.executable).with_name("steward")), name, "--home", str(stack.home.folder)]
