"""Calling a service from a test, as the broker's administrator: message and answer as they are on the wire."""

from typing import Any
from uuid import uuid4

from kombu import Connection, Exchange, Queue

from shared.contracts.topology import REPLY_EXCHANGE, RPC_EXCHANGE
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR


def call(stack: Stack, service: str, method: str, **kwargs: Any) -> Any:
    """The method's result; fails with the service's error, or where none comes within seconds."""
    answers: list[dict[str, Any]] = []
    with Connection(stack.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        mine = Queue(f"test-{uuid4()}", Exchange(REPLY_EXCHANGE, no_declare=True), str(uuid4()), exclusive=True)
        with connection.Consumer(mine, callbacks=[lambda body, _: answers.append(body)], accept=["json"]):
            connection.Producer().publish(
                {"args": [], "kwargs": kwargs},
                exchange=RPC_EXCHANGE,
                routing_key=f"{service}.{method}",
                reply_to=mine.routing_key,
                correlation_id=str(uuid4()),
            )
            while not answers:
                connection.drain_events(timeout=10)
    assert answers[0]["error"] is None, answers[0]["error"]
    return answers[0]["result"]
