"""A service that gave up on an event hears it after all once an operator sends it back, and applies it once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kombu import Connection
from kombu.transport.pyamqp import Channel, Message
from pymongo import MongoClient

from shared.contracts.event_types import REPORT_SUBMITTED
from shared.contracts.topology import EVALUATION, INTAKE, events_exchange, inbox
from shared.runtime.clock import now
from shared.runtime.ladder import failed_again
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from tests.support.dead_letters import bury, command
from tests.support.http import resident
from tests.support.walk import report

pytestmark = pytest.mark.servers

SUBMITTED = {"exchange": events_exchange(INTAKE), "routing_key": REPORT_SUBMITTED}
SECONDS = 20


@pytest.mark.parametrize("times", [1, 3])
def test_an_event_that_was_sent_back_is_applied_once(stack: Stack, times: int) -> None:
    body, headers, case_id = unheard_report(stack)
    for _ in range(times):
        bury(stack, EVALUATION, [(body, failed_again(headers, 4, "Busy", now()))])
    sent = command(stack, "dead-letters", "requeue", "--service", EVALUATION, "--case", case_id)
    assert f"requeued {times}" in sent.output
    client: MongoClient[dict[str, Any]] = MongoClient(stack.addresses.mongo_uri(EVALUATION))
    with client:
        evaluations = client[EVALUATION]["evaluations"]
        wait_until(lambda: evaluations.find_one(case_id) is not None, SECONDS, "evaluation does not hear of it")
        time.sleep(1)
        assert evaluations.find_one(case_id, {"version": 1}) == {"_id": case_id, "version": 1}


def unheard_report(stack: Stack) -> tuple[bytes, dict[str, Any], str]:
    """Body and headers of the event of a report of which evaluation knows nothing, and the id of the case."""
    with Connection(stack.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.default_channel
        channel.auto_decode = False
        mine = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(mine, **SUBMITTED)
        with deaf(channel, inbox(EVALUATION)):
            case_id = report(resident(stack), category=None)
            told: list[Message] = []
            wait_until(lambda: hears(channel, mine, case_id, told), SECONDS, "nothing is told of the report")
        return told[-1].body, told[-1].headers, case_id


@contextmanager
def deaf(channel: Channel, queue: str) -> Iterator[None]:
    channel.queue_unbind(queue, **SUBMITTED)
    try:
        yield
    finally:
        channel.queue_bind(queue, **SUBMITTED)


def hears(channel: Channel, queue: str, case_id: str, told: list[Message]) -> bool:
    """Whether the queue has a word of this case, which is then the last of what was told."""
    while message := channel.basic_get(queue, no_ack=True):
        told.append(message)
        if message.headers["ce-subject"] == case_id:
            return True
    return False
