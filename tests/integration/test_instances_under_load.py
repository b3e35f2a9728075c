"""Several processes of every service under load: restarted one by one nobody is refused, killed nothing is lost.

`replay` sends what is not answered again, and counts that: none of its requests may have needed it.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.topology import DISPATCH, INTAKE, SERVICES, inbox, rpc_queue
from shared.runtime import broker
from steward.stack import Stack
from steward.stack.services import PROCESSES
from steward.stack.users import ADMINISTRATOR

pytestmark = [pytest.mark.servers, pytest.mark.faults]

SAMPLE = Path("samples/licheng")
REPORTS, RATE = 300, 4
"""So many, so many a second: it goes on for longer than it takes to restart everything."""
LONGEST = 400
INSTANCES = {**dict.fromkeys(PROCESSES, 2), DISPATCH: 3}
KILLED = [f"{service}-2" for service in PROCESSES] + ["dispatch-3", INTAKE]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    options = {"free_ports": True, "settings": {"RATING_WINDOW": "3s"}, "instances": INSTANCES}
    with Stack(tmp_path_factory.mktemp("instances")).running(servers_only=True, **options) as stack:
        _steward(stack, "load-organisation", str(SAMPLE))
        stack.up(**options)  # and whatever starts now knows it
        yield stack


class Load:
    """A replay of some hundred reports; `retries` is how many requests were not answered the first time."""

    def __init__(self, stack: Stack, folder: Path, name: str) -> None:
        self._stack, self._ids, self._tally = stack, folder / "ids", folder / "tally.json"
        reports = _many_reports(folder, name)
        options = ["--clients", "6", "--rate", str(RATE), "--patience", "120", "--wait-expiry", "60"]
        options += ["--ids", str(self._ids), "--json", str(self._tally)]
        self._replay = subprocess.Popen(
            [*_command(stack, "replay"), str(reports), *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def require_that_it_goes_on(self) -> None:
        """Else what happens meanwhile proves nothing."""
        assert self._replay.poll() is None

    def finish(self) -> int:
        """The retries, once everything is over and the audit has found nothing wrong."""
        output, _ = self._replay.communicate(timeout=LONGEST)
        assert self._replay.returncode == 0, output
        tally = json.loads(self._tally.read_text())
        assert len(self._ids.read_text().split()) == tally["reported"] == REPORTS
        _steward(self._stack, "audit", "--wait", "60", "--ids", str(self._ids))
        return int(tally["retries"])

    def stop(self) -> None:
        self._replay.kill()
        self._replay.wait()


@pytest.fixture
def load(stack: Stack, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Load]:
    load = Load(stack, tmp_path, request.node.name)
    yield load
    load.stop()


def test_all_are_restarted_one_by_one_and_every_request_is_answered_the_first_time(stack: Stack, load: Load) -> None:
    before = {process.name: process.pid for process in stack.processes()}
    supervised = stack.home.logs / "supervisord.log"
    told_before = supervised.stat().st_size
    names = [done.name for done in stack.restart(INTAKE, DISPATCH)]
    load.require_that_it_goes_on()
    names += [done.name for done in stack.restart(*(name for name in PROCESSES if name not in (INTAKE, DISPATCH)))]

    after = {process.name: process.pid for process in stack.processes()}
    assert {name for name in before if before[name] != after[name]} == set(names)
    assert len(names) == sum(INSTANCES.values())
    assert load.finish() == 0
    assert b"SIGKILL" not in supervised.read_bytes()[told_before:]


def test_an_instance_of_each_is_killed_and_every_case_ends_well(stack: Stack, load: Load) -> None:
    for name in KILLED:
        stack.kill(name)
        stack.wait_for_services()
    load.require_that_it_goes_on()
    load.finish()


def test_work_is_shared(stack: Stack) -> None:
    with broker.connect(stack.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.default_channel
        for service in SERVICES:
            for queue in (inbox(service), rpc_queue(service)):
                assert channel.queue_declare(queue, passive=True).consumer_count == INSTANCES[service], queue


def _many_reports(folder: Path, name: str) -> Path:
    """The sample's reports over again, each time by other residents."""
    rows = [json.loads(line) for line in (SAMPLE / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    many = [{**rows[index % len(rows)], "user": f"{name}-{index}"} for index in range(REPORTS)]
    path = folder / "reports.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in many), encoding="utf-8")
    return path


def _steward(stack: Stack, *arguments: str) -> None:
    command, *rest = arguments
    done = subprocess.run(
        [*_command(stack, command), *rest], capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _command(stack: Stack, name: str) -> list[str]:
    return [str(Path(sys.executable).with_name("steward")), name, "--home", str(stack.home.folder)]
