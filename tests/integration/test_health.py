"""Every process tells the truth about itself: also while a server is frozen, killed, or back again."""

import signal
import time
from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from shared.contracts.topology import LOOP_SERVICES
from steward.stack import Stack
from steward.stack.services import PROCESSES
from steward.stack.waiting import wait_until
from tests.support.calls import call

pytestmark = [pytest.mark.servers, pytest.mark.faults]

SECONDS = 90
TIMERS = "steward_timer_overdue_seconds"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("health")).running(free_ports=True) as stack:
        yield stack


def ready(stack: Stack, process: str) -> tuple[int, dict[str, bool]]:
    answer = requests.get(f"{stack.addresses.probe(process)}/health/ready", timeout=5)
    return answer.status_code, answer.json()["checks"]


def figures(stack: Stack, process: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    text = requests.get(f"{stack.addresses.probe(process)}/metrics", timeout=10).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def wait_for_all(stack: Stack, status: int, **checks: bool) -> None:
    """Until every process says so of these checks, as far as it has them."""

    def says_so(process: str) -> bool:
        code, told = ready(stack, process)
        return code == status and all(told.get(name, wanted) == wanted for name, wanted in checks.items())

    wait_until(lambda: all(map(says_so, PROCESSES)), SECONDS, f"not all are {status} with {checks}")


def test_all_are_ready_once_the_stack_is_up(stack: Stack) -> None:
    wait_for_all(stack, 200, database=True, broker=True, consuming=True)
    assert all(set(ready(stack, process)[1]) == {"database", "broker", "consuming"} for process in PROCESSES)


def test_a_frozen_database_is_said_to_be_away_in_time(stack: Stack) -> None:
    stack.kill("mongod", signal.SIGSTOP)
    try:
        wait_for_all(stack, 503, database=False, broker=True)
        began = time.monotonic()
        told = figures(stack, "dispatch")
        assert time.monotonic() - began < 5
        assert told["steward_ready", "database"] == 0
        assert not [name for name, *_ in told if name.startswith("steward_open_cases")]
        assert requests.get(f"{stack.addresses.probe('dispatch')}/health/live", timeout=5).status_code == 200
    finally:
        stack.kill("mongod", signal.SIGCONT)
    wait_for_all(stack, 200, database=True)


def test_a_frozen_broker_is_said_to_be_away_in_time(stack: Stack) -> None:
    stack.kill("rabbitmq", signal.SIGSTOP)
    try:
        wait_for_all(stack, 503, database=True, broker=False)
        told = figures(stack, "dispatch")
        assert (told["steward_ready", "broker"], told["steward_ready", "database"]) == (0, 1)
        assert ("steward_open_cases", "pending") in told
    finally:
        stack.kill("rabbitmq", signal.SIGCONT)
    wait_for_all(stack, 200, broker=True, consuming=True)


def test_nobody_is_consuming_while_the_broker_is_gone_and_all_are_once_it_is_back(stack: Stack) -> None:
    stack.kill("rabbitmq", signal.SIGKILL)
    wait_until(lambda: not any(ready(stack, process)[1]["consuming"] for process in PROCESSES), SECONDS, "consuming")
    assert figures(stack, "intake")["steward_consuming",] == 0
    stack.wait_for_servers()
    wait_for_all(stack, 200, broker=True, consuming=True)
    assert figures(stack, "intake")["steward_consuming",] == 1


def test_a_process_that_is_gone_answers_nothing_and_comes_back_at_the_same_address(stack: Stack) -> None:
    before = figures(stack, "evaluation")["process_start_time_seconds",]
    stack.kill("evaluation", signal.SIGSTOP)
    with pytest.raises(requests.RequestException):
        ready(stack, "evaluation")
    stack.kill("evaluation", signal.SIGKILL)
    wait_until(lambda: _answers(stack, "evaluation"), SECONDS, "evaluation does not answer")
    assert figures(stack, "evaluation")["process_start_time_seconds",] > before


def test_the_loop_services_tell_their_vital_signs_also_by_call(stack: Stack) -> None:
    for service in LOOP_SERVICES:
        told = call(stack, service, "vitals")
        seen = figures(stack, service)
        assert told["unpublished_cases"] == seen["steward_unpublished_cases",] == 0
        assert told["timer_overdue"].keys() == {labels[0] for name, *labels in seen if name == TIMERS}
        assert told["open_cases"] == {labels[0]: 0 for name, *labels in seen if name == "steward_open_cases"}


def _answers(stack: Stack, process: str) -> bool:
    try:
        return ready(stack, process)[0] == 200
    except requests.RequestException:
        return False
