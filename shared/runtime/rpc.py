"""RPC as nameko does it, made safe: a bad message or an absent server cannot take the container down."""

from functools import partial
from logging import getLogger
from time import monotonic
from typing import Any

from kombu import Queue
from nameko.amqp.publish import Publisher
from nameko.rpc import Responder, Rpc, RpcConsumer

from shared.contracts.topology import REPLY_EXCHANGE, rpc_queue
from shared.kernel.errors import DOMAIN_ERRORS, DomainError, Unavailable
from shared.runtime.broker import address, encryption
from shared.runtime.consuming import PatientQueueConsumer
from shared.runtime.faults import is_mongo_away
from shared.runtime.settings import read_settings
from shared.runtime.telemetry import metrics
from shared.runtime.telemetry.labels import verb
from shared.runtime.tracing.ids import TRACEPARENT

_log = getLogger(__name__)

TRANSIENT = 1


class LightResponder(Responder):
    """Replies are not kept by the broker and not confirmed: whoever waits for one has a time-out anyway."""

    publisher_cls = partial(Publisher, use_confirms=False, delivery_mode=TRANSIENT)


class GuardedRpcConsumer(RpcConsumer):
    queue_consumer = PatientQueueConsumer()
    queue: Queue | None

    def setup(self) -> None:
        """Once for all methods. Nothing is declared: whoever may declare a queue may delete it too."""
        if self.queue is None:
            self.queue = Queue(rpc_queue(self.container.service_name), no_declare=True)
            self.queue_consumer.register_provider(self)
            uri = read_settings().amqp_uri
            self._respond = partial(LightResponder, address(uri), REPLY_EXCHANGE, "json", ssl=encryption(uri))

    def handle_message(self, body: Any, message: Any) -> None:
        if self.queue_consumer.is_ending:
            self.queue_consumer.requeue_message(message)
            return
        if not isinstance(body, dict) or not message.properties.get("reply_to"):
            _log.warning("RPC message without a call or a reply address dropped")
            self.queue_consumer.ack_message(message)
            return
        super().handle_message(body, message)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        """Answer and ack. The step is durable whatever becomes of its answer: then the caller asks again."""
        if exc_info and is_mongo_away(exc_info[1]):
            exc_info = (Unavailable, Unavailable("the database"), exc_info[2])
        try:
            result, exc_info = self._respond(message=message).send_response(result, exc_info)
        except Exception as error:
            _log.warning("reply lost: %s", error)
        self.queue_consumer.ack_message(message)
        return result, exc_info


class GuardedRpc(Rpc):
    rpc_consumer = GuardedRpcConsumer()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(expected_exceptions=DOMAIN_ERRORS, **kwargs)

    def stop(self) -> None:
        """Returns once every call in hand is answered and acked."""
        super().stop()
        self.rpc_consumer.queue_consumer.wait_until_all_is_acked()

    def unpack_message_headers(self, message: Any) -> dict[str, Any]:
        """nameko would make the worker's context of all headers; of them only the trace is anybody's business."""
        return {TRACEPARENT: message.headers.get(TRACEPARENT)}

    def handle_message(self, body: Any, message: Any) -> None:
        message.taken_at = monotonic()
        super().handle_message(body, message)

    def handle_result(self, message: Any, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        answered: tuple[Any, Any] = super().handle_result(message, worker_ctx, result, exc_info)
        _count(verb(self.method_name, worker_ctx.args, worker_ctx.kwargs), exc_info, monotonic() - message.taken_at)
        return answered


def _count(what: str, exc_info: Any, seconds: float) -> None:
    metrics.COMMANDS.labels(what, _outcome(exc_info)).inc()
    metrics.COMMAND_SECONDS.labels(what).observe(seconds)


def _outcome(exc_info: Any) -> str:
    if exc_info is None:
        return "done"
    if isinstance(exc_info[1], Unavailable) or is_mongo_away(exc_info[1]):
        return "unavailable"
    return "refused" if isinstance(exc_info[1], DomainError) else "failed"


rpc = GuardedRpc.decorator
