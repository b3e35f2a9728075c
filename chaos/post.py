"""Messages put straight on the broker, each with the rights of whoever could have sent it, and no more."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from kombu import Queue

from shared.contracts.topology import dead_letters, events_exchange
from shared.runtime.broker import connect
from shared.runtime.documents import from_document
from shared.runtime.messages import Publication, encode, message_id
from steward.audit.documents import STORES, Store
from steward.audit.stores import open_stores
from steward.stack import Stack
from steward.stack.users import OPERATOR
from steward.stack.waiting import wait_until

PERSISTENT = 2
BURIED_WITHIN = 60.0


@dataclass(frozen=True)
class Letter:
    """`sender` is the account; `properties` may name another content type, say, or nobody to reply to."""

    sender: str
    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)


def events_of(stack: Stack, case_ids: Iterable[str]) -> list[Letter]:
    """Every event of these cases, as it was published once, case by case."""
    with open_stores(stack.addresses) as stores:
        cases = [stores.case(case_id) for case_id in case_ids]
    stored = ((store, case.of(store.service)) for case in cases for store in STORES)
    return [letter for store, document in stored if document for letter in _events(store, document)]


def _events(store: Store, document: Mapping[str, Any]) -> Iterator[Letter]:
    case = from_document(store.case_type, document)
    for event, snapshot in store.case_type(case.case_id).replaying(case.history):
        publication = Publication(case.case_id, event, snapshot)
        body, headers = encode(store.service, publication)
        properties = {"message_id": message_id(store.service, publication)}
        yield Letter(store.service, events_exchange(store.service), event.type, body, headers, properties)


def send(stack: Stack, letters: Iterable[Letter]) -> None:
    """In that order, each confirmed by the broker before the next."""
    with ExitStack() as open_ones:
        producers: dict[str, Any] = {}
        for letter in letters:
            if letter.sender not in producers:
                uri = stack.addresses.amqp_uri(letter.sender)
                connection = open_ones.enter_context(connect(uri, transport_options={"confirm_publish": True}))
                producers[letter.sender] = connection.Producer()
            _publish(producers[letter.sender], letter)


def _publish(producer: Any, letter: Letter) -> None:
    properties = {"content_type": "application/json", "content_encoding": "utf-8", **letter.properties}
    producer.publish(
        letter.body,
        exchange=letter.exchange,
        routing_key=letter.routing_key,
        headers={**letter.headers},
        delivery_mode=PERSISTENT,
        **properties,
    )


def clear_away(stack: Stack, service: str, ids: Iterable[str]) -> None:
    """Take these messages, and only these, from the dead letters once all of them are there.

    Raises StackError where one does not come.
    """
    missing = {*ids}
    with connect(stack.addresses.amqp_uri(OPERATOR)) as connection:
        queue = Queue(dead_letters(service), no_declare=True)(connection.channel())

        def are_found() -> bool:
            others = []
            while message := queue.get():
                if message.properties.get("message_id") in missing:
                    missing.discard(message.properties["message_id"])
                    message.ack()
                else:
                    others.append(message)
            for message in others:
                message.reject(requeue=True)
            return not missing

        wait_until(are_found, BURIED_WITHIN, f"{service}: {len(missing)} 未入死信 not among the dead letters")
