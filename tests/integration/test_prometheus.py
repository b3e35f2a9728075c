"""A real Prometheus, started as the page says, watches a real stack: it finds every process, the dashboard's questions
are answered with figures, and an alert is raised by what really happened."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
from kombu import Connection

from shared.contracts.topology import DISPATCH, INTAKE, RETRY_DELAYS, events_exchange, retry_queue
from shared.kernel.actor import Actor
from shared.kernel.case import Event
from shared.runtime.clock import now
from shared.runtime.messages import Publication, encode
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.stack import Stack
from steward.stack.ports import LOOPBACK, Ports
from steward.stack.readiness import http_ok
from steward.stack.services import PROCESSES
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from tests.support.http import resident
from tests.support.observability import OF_RABBITMQ, alerts, dashboard_expressions
from tests.support.walk import load_district, report

pytestmark = pytest.mark.servers

SECONDS = 60
REPORTS = 3
OFTEN = {"scrape_interval: 15s": "scrape_interval: 1s", "scrape_timeout: 10s": "scrape_timeout: 1s"} | {
    "evaluation_interval: 15s": "evaluation_interval: 1s"
}


class Prometheus:
    def __init__(self, address: str) -> None:
        self._address = address

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """One row for each series."""
        answer = requests.get(f"{self._address}/api/v1/query", params={"query": expression}, timeout=10).json()
        assert answer["status"] == "success", answer
        return list(answer["data"]["result"])

    def is_ready(self) -> bool:
        return http_ok(f"{self._address}/-/ready")

    def rules(self) -> list[dict[str, Any]]:
        groups = requests.get(f"{self._address}/api/v1/rules", timeout=10).json()["data"]["groups"]
        return [rule for group in groups for rule in group["rules"]]


@pytest.fixture(scope="module")
def prometheus(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Of the configuration that `steward up` has written, asking more often, for as long as the tests last."""
    binary = shutil.which("prometheus")
    assert binary, "Debian's package prometheus: make install"
    folder = tmp_path_factory.mktemp("prometheus")
    shutil.copytree(stack.home.observability, folder / "observability")
    _ask_often(folder / "observability" / "prometheus.yml")
    address = f"{LOOPBACK}:{Ports.free().gateway}"
    command = [binary, "--config.file=observability/prometheus.yml", "--storage.tsdb.path=data"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"--web.listen-address={address}"], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        server = Prometheus(f"http://{address}")
        wait_until(server.is_ready, SECONDS, (folder / "log").read_text())
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def watched(stack: Stack, prometheus: Prometheus) -> Prometheus:
    """After something has happened: reports that are served, and an event that fails."""
    load_district(stack)
    wait_until(lambda: len(prometheus.ask('up{job="steward"} == 1')) == len(PROCESSES), SECONDS, "not all are found")
    for _ in range(REPORTS):
        report(resident(stack))
    _tell_of_an_order_without_report(stack)
    wait_until(lambda: bool(prometheus.ask('steward_event_failures_total{rung="2s"} > 0')), SECONDS, "nothing failed")
    wait_until(lambda: _is_taken_off_the_ladder(stack), SECONDS, "it climbs for ever")
    return prometheus


def test_every_process_and_the_broker_are_found(stack: Stack, watched: Prometheus) -> None:
    """Whoever has not answered in time once is away until it is asked again."""
    expected = {("steward", process) for process in PROCESSES} | {
        ("rabbitmq", "rabbitmq"),
        ("rabbitmq-queues", "rabbitmq"),
    }

    def found() -> set[tuple[str, str]]:
        return {(row["metric"]["job"], row["metric"]["instance"]) for row in watched.ask("up == 1")}

    wait_until(lambda: found() == expected, SECONDS, f"not all of {expected} are found")


@pytest.mark.parametrize(("title", "expression"), [*dashboard_expressions()], ids=lambda text: text[:50])
def test_the_dashboard_is_answered_with_figures(watched: Prometheus, title: str, expression: str) -> None:
    """Rates need two samples, which every process gives in its own time."""
    wait_until(lambda: bool(watched.ask(expression)), SECONDS, f"{title}: nothing for {expression}")


def test_the_broker_tells_what_the_alerts_go_by(watched: Prometheus) -> None:
    for name, labels in OF_RABBITMQ.items():
        wait_until(partial(_is_told, watched, name, labels), SECONDS, f"{name} with {labels}")


@pytest.mark.parametrize(
    "counted",
    [
        'steward_commands_total{service="intake", verb="submit", outcome="done"}',
        'steward_http_requests_total{route="/reports", method="POST", status="201"}',
        'steward_events_applied_total{service="dispatch", source="intake", type="ReportAccepted"}',
    ],
)
def test_every_report_is_counted(watched: Prometheus, counted: str) -> None:
    wait_until(lambda: bool(watched.ask(f"sum({counted}) >= {REPORTS}")), SECONDS, counted)


def test_every_alert_can_be_judged(watched: Prometheus) -> None:
    judged = {rule["name"]: rule["health"] for rule in watched.rules()}
    assert judged == {rule["alert"]: "ok" for rule in alerts()}


def test_a_process_that_hangs_raises_the_alarm(stack: Stack, watched: Prometheus) -> None:
    stack.kill("feed", signal.SIGSTOP)
    try:
        wait_until(lambda: bool(watched.ask('ALERTS{alertname="ProcessAway", instance="feed"}')), SECONDS, "no alarm")
    finally:
        stack.kill("feed", signal.SIGCONT)
    wait_until(lambda: not watched.ask('ALERTS{alertname="ProcessAway"}'), SECONDS, "the alarm goes on")


def _is_told(watched: Prometheus, name: str, labels: set[str]) -> bool:
    return any(labels <= row["metric"].keys() for row in watched.ask(name))


def _is_taken_off_the_ladder(stack: Stack) -> bool:
    """Nothing is left behind for the tests that follow."""
    queues = [retry_queue(INTAKE, delay) for delay in RETRY_DELAYS]
    with Connection(stack.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        return any(channel.basic_get(queue, no_ack=True) for queue in queues)


def _ask_often(configuration: Path) -> None:
    text = configuration.read_text(encoding="utf-8")
    for seldom, often in OFTEN.items():
        assert seldom in text
        text = text.replace(seldom, often)
    configuration.write_text(text, encoding="utf-8")


def _tell_of_an_order_without_report(stack: Stack) -> None:
    """Intake has never heard of the case, and would try again for some minutes."""
    event = Event(1, "WorkStarted", "start", "in_progress", now(), Actor("dispatch", "system"))
    snapshot = {"reporter": "r", "category": "cleaning", "opened_at": now(), "rounds": [{"started_at": now()}]}
    body, headers = encode(DISPATCH, Publication(str(uuid4()), event, snapshot))
    publisher = ConfirmedPublisher(stack.addresses.amqp_uri(DISPATCH))
    assert publisher.publish([Letter(events_exchange(DISPATCH), "WorkStarted", body, headers, "no report")]) == set()
    publisher.close()
