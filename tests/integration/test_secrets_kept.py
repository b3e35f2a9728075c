"""No secret of a running stack is in a log, on a command line, or in a file that others may read."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner
from psutil import NoSuchProcess

from shared.contracts.topology import SERVICES
from shared.runtime.uris import signed_in
from steward.cli import main
from steward.stack import Stack, leftovers
from steward.stack.home import PROJECT
from steward.stack.ports import Ports
from steward.stack.services import PROCESSES, in_this_environment, service_command, service_environment
from steward.stack.waiting import wait_until
from tests.support.http import resident, states
from tests.support.walk import HAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers

WRONG = "a-password-that-is-wrong"
SECONDS = 60
"""For a process that cannot sign in to say so, more than once."""


@pytest.fixture(scope="module")
def used(stack: Stack) -> Stack:
    """A stack in which something has happened, good and bad."""
    load_district(stack)
    me = resident(stack)
    case_id = report(me)
    serve(assigned(stack, me, case_id), case_id)
    rate(me, case_id, HAPPY)
    me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    stack.kill(SERVICES[0])
    stack.wait_for_services()
    return stack


def secrets_of(stack: Stack) -> set[str]:
    kept = asdict(stack.record.secrets)
    passwords = kept.pop("passwords")
    return {*kept.values(), *passwords.values()}


def files_of(folder: Path) -> Iterator[Path]:
    """But for the data of the servers, whose folders nobody else can enter."""
    for path in folder.rglob("*"):
        if path.is_file() and "data" not in path.relative_to(folder).parts:
            yield path


def test_no_secret_is_on_a_command_line(used: Stack) -> None:
    processes = leftovers.of_home(used.home)
    assert len(processes) > len(PROCESSES)
    for process in processes:
        with suppress(NoSuchProcess):  # a server looks after its disk by a command that is soon over
            command_line = " ".join(process.cmdline())
            assert not any(secret in command_line for secret in secrets_of(used)), process.pid


def test_no_secret_is_in_a_log(used: Stack) -> None:
    logs = list(used.home.logs.iterdir())
    assert {f"{process}.log" for process in (*PROCESSES, "rabbitmq", "mongod")} <= {log.name for log in logs}
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace")
        assert not any(secret in text for secret in secrets_of(used)), log.name


def test_a_file_with_a_secret_is_for_nobody_else(used: Stack) -> None:
    with_secrets = set()
    for path in files_of(used.home.folder):
        content = path.read_bytes()
        if any(secret.encode() in content for secret in secrets_of(used)):
            with_secrets.add(path.name)
            assert path.stat().st_mode & 0o077 == 0, path
    assert {"stack.json", "supervisord.conf", "rabbitmq.conf", "replica.key"} <= with_secrets


@pytest.mark.parametrize("service", [SERVICES[0], PROCESSES[-1]])
@pytest.mark.parametrize("server", ["AMQP_URI", "MONGO_URI"])
def test_a_process_that_may_not_sign_in_does_not_say_with_what_it_tried(
    used: Stack, tmp_path: Path, service: str, server: str
) -> None:
    environment = service_environment(service, used.record)
    elsewhere = Ports.free()
    environment |= {
        server: signed_in(environment[server], service, WRONG),
        "GATEWAY_ADDRESS": f"127.0.0.1:{elsewhere.gateway}",
        "PROBE_ADDRESS": f"127.0.0.1:{elsewhere.prometheus}",
    }
    log = tmp_path / "log"
    with log.open("wb") as output:
        tried = subprocess.Popen(
            in_this_environment(service_command(service)),
            cwd=PROJECT,
            env={"PATH": os.environ["PATH"], **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: tried.poll() is not None or log.read_bytes().count(b"\n") > 2, SECONDS, "it says nothing")
    finally:
        tried.kill()
        tried.wait()
    said = log.read_text(encoding="utf-8")
    assert WRONG not in said
    assert not any(secret in said for secret in secrets_of(used))


@pytest.mark.parametrize("command", [["load-rules"], ["clients", "list"], ["export", "--output", "x.csv"]])
def test_a_command_that_may_not_sign_in_does_not_say_with_what_it_tried(
    used: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    for variable in ("MONGO_URI", "ANALYST_MONGO_URI"):
        monkeypatch.setenv(variable, signed_in(used.addresses.mongo_uri("intake"), "intake", WRONG))
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code != 0
    assert WRONG not in refused.output + str(refused.exception)
