"""Somebody with an account of the broker who tries what they may not; what they may do leaves no trace."""

import re
from collections.abc import Callable
from typing import Any, Self

from amqp import Message
from amqp.exceptions import AccessRefused, ChannelError

from shared.contracts import topology
from shared.runtime.broker import connect
from steward.stack.broker_rights import Rights

DEFAULT_EXCHANGE = "amq.default"
"""How rights name the exchange without a name, which reaches every queue."""
NOWHERE = "nothing.is.bound.by.this"
OTHER_ARGUMENTS = {"x-expires": 60_000}
"""A declaration of what is there with other properties is refused as such: after the rights were looked at."""


class Intruder:
    def __init__(self, amqp_uri: str) -> None:
        self._connection = connect(amqp_uri)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.release()

    def publishes(self, exchange: str, key: str = NOWHERE, **headers: Any) -> bool:
        message = Message(b"{}", application_headers=headers)
        return self._may(lambda channel: channel.basic_publish_confirm(message, exchange, key))

    def reads(self, queue: str) -> bool:
        """What was read goes back into the queue as the channel closes."""
        return self._may(lambda channel: channel.basic_get(queue))

    def declares_queue(self, queue: str, **arguments: Any) -> bool:
        return self._may(
            lambda channel: channel.queue_declare(queue, exclusive=True, arguments=arguments or OTHER_ARGUMENTS)
        )

    def declares_exchange(self, exchange: str) -> bool:
        """As none is: what is there is refused as such, after the rights were looked at; what is new goes again."""
        return self._may(
            lambda channel: (
                channel.exchange_declare(exchange, "headers", durable=False, auto_delete=True),
                channel.exchange_delete(exchange),
            )
        )

    def binds_queue(self, queue: str, exchange: str) -> bool:
        return self._may(lambda channel: channel.queue_bind(queue, exchange, NOWHERE))

    def binds_exchange(self, source: str, destination: str) -> bool:
        """Nothing is routed by that key, and the binding is undone."""
        return self._may(
            lambda channel: (
                channel.exchange_bind(destination, source, NOWHERE),
                channel.exchange_unbind(destination, source, NOWHERE),
            )
        )

    def empties(self, queue: str) -> bool:
        return self._may(lambda channel: channel.queue_purge(queue))

    def _may(self, attempt: Callable[[Any], object]) -> bool:
        """Whether the broker let it be tried; what it then says about the attempt is another matter."""
        channel = self._connection.channel()
        channel.confirm_select()
        try:
            attempt(channel)
        except AccessRefused:
            return False
        except ChannelError:
            return True
        channel.close()
        return True


def matches(pattern: str, name: str) -> bool:
    return re.search(pattern, name or DEFAULT_EXCHANGE) is not None


def may_publish(rights: Rights, exchange: str, key: str) -> bool:
    """Keys are looked at on the exchange of calls alone."""
    of_the_key = matches(rights.rpc_write, key) if exchange == topology.RPC_EXCHANGE else True
    return matches(rights.write, exchange) and of_the_key
