"""What a process tells of itself at PROBE_ADDRESS, with no server there for it to reach."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from steward.stack.home import PROJECT
from steward.stack.ports import LOOPBACK, Ports
from steward.stack.readiness import http_ok
from steward.stack.waiting import wait_until

COMMAND = ("nameko", "run", "--config", "config/nameko.yaml", "tests.support.probed")


@contextmanager
def idle_process(probe: str, amqp: int, mongod: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "AMQP_URI": f"amqp://nobody@{LOOPBACK}:{amqp}//",
        "MONGO_URI": f"mongodb://{LOOPBACK}:{mongod}/?replicaSet=nowhere",
        "PROBE_ADDRESS": probe,
    }
    executable = Path(sys.executable).with_name(COMMAND[0])
    with log.open("wb") as output:
        process = subprocess.Popen(
            [executable, *COMMAND[1:]], cwd=PROJECT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def ports() -> Ports:
    return Ports.free()


@pytest.fixture(scope="module")
def probe(ports: Ports, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a process whose broker and database are not there."""
    address = f"{LOOPBACK}:{ports.probe('idle')}"
    log = tmp_path_factory.mktemp("idle") / "log"
    with idle_process(address, ports.amqp, ports.mongod, log):
        wait_until(lambda: http_ok(f"http://{address}/health/live"), 30, log.read_text())
        yield f"http://{address}"


def test_it_lives_but_is_not_ready_and_says_what_is_away(probe: str) -> None:
    ready = requests.get(f"{probe}/health/ready", timeout=5)
    assert ready.status_code == 503
    assert ready.json() == {"status": "not ready", "checks": {"database": False, "broker": False}}
    assert requests.get(f"{probe}/health/live", timeout=5).json() == {"status": "ok"}


def test_it_answers_long_before_whoever_asks_gives_up(probe: str) -> None:
    """Kubernetes does after three seconds."""
    assert requests.get(f"{probe}/health/ready", timeout=5).elapsed.total_seconds() < 3


def test_what_cannot_be_read_is_absent_and_never_nought(probe: str) -> None:
    text = requests.get(f"{probe}/metrics", timeout=5).text
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["steward_ready", "database"] == samples["steward_ready", "broker"] == 0
    assert samples["process_resident_memory_bytes",] > 0
    assert not [name for name, *_ in samples if name.startswith(("steward_unpublished", "steward_open_cases"))]


def test_it_answers_also_those_who_do_not_say_what_they_accept(probe: str) -> None:
    without = requests.get(f"{probe}/metrics", headers={"Accept": ""}, timeout=5)
    assert (without.status_code, without.headers["Content-Type"][:10]) == (200, "text/plain")
    assert requests.get(f"{probe}/elsewhere", timeout=5).status_code == 404


def test_two_processes_never_answer_at_one_address(probe: str, ports: Ports, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with idle_process(probe.removeprefix("http://"), ports.amqp, ports.mongod, log) as second:
        assert second.wait(timeout=30)
    assert "every process needs one of its own" in log.read_text()
