"""Calling a service from a greenlet that is no nameko worker, with an end to the waiting."""

from typing import Any
from uuid import uuid4

from eventlet import Timeout
from kombu import Exchange
from nameko.amqp.publish import Publisher
from nameko.exceptions import deserialize, deserialize_to_instance
from nameko.extensions import SharedExtension
from nameko.rpc import ReplyListener

from shared.contracts.topology import REPLY_EXCHANGE, RPC_EXCHANGE
from shared.kernel.errors import DOMAIN_ERRORS, Unavailable
from shared.runtime.broker import address, encryption
from shared.runtime.consuming import PatientQueueConsumer
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.settings import read_settings
from shared.runtime.tracing.calling import Headers, trace_call

TIMEOUT = 10.0
"""Seconds. A call that nobody took by then expires in its queue too, so it cannot run unexpectedly later."""

for _error in DOMAIN_ERRORS:
    deserialize_to_instance(_error)


class PatientReplyListener(ReplyListener):
    """Replies need no ack: whoever waits for one that was lost has a time-out anyway."""

    queue_consumer = PatientQueueConsumer()

    def setup(self) -> None:
        super().setup()
        self.queue.exchange = Exchange(REPLY_EXCHANGE, type="direct", no_declare=True)
        self.queue.no_ack = True

    def handle_message(self, body: Any, message: Any) -> None:
        if waiting := self._reply_events.pop(message.properties.get("correlation_id"), None):
            waiting.send(body)

    def forget(self, correlation_id: str) -> None:
        self._reply_events.pop(correlation_id, None)


class Calls(SharedExtension):
    replies = PatientReplyListener()

    def setup(self) -> None:
        uri = read_settings().amqp_uri
        # No confirms: the reply is the confirmation, and its absence ends in the time-out.
        self._publisher = Publisher(
            address(uri), ssl=encryption(uri), use_confirms=False, expiration=TIMEOUT, retry=False, delivery_mode=1
        )

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        """The method's result. Raises the service's DomainError, or Unavailable where no answer comes."""
        with trace_call(service, method, kwargs) as headers:
            answer = self._ask(service, method, kwargs, headers)
            if answer["error"]:
                raise deserialize(answer["error"])
            return answer["result"]

    def _ask(self, service: str, method: str, kwargs: dict[str, Any], headers: Headers) -> Any:
        correlation_id = str(uuid4())
        reply = self.replies.get_reply_event(correlation_id)
        try:
            with Timeout(TIMEOUT, Unavailable(service)):
                self._publisher.publish(
                    {"args": [], "kwargs": kwargs},
                    exchange=RPC_EXCHANGE,
                    routing_key=f"{service}.{method}",
                    reply_to=self.replies.routing_key,
                    correlation_id=correlation_id,
                    headers=headers,
                )
                return reply.wait()
        except BROKER_AWAY as fault:
            raise Unavailable(service) from fault
        finally:
            self.replies.forget(correlation_id)
