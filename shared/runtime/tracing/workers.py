"""Tracing of a service: `tracing = Tracing()` starts it with the process, and follows what its workers do."""

from logging import getLogger
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from nameko.extensions import DependencyProvider, SharedExtension
from opentelemetry import context
from opentelemetry.trace import SpanKind, Tracer, set_span_in_context

from shared.runtime.rpc import GuardedRpc
from shared.runtime.subscription import Subscription
from shared.runtime.tracing.active import active
from shared.runtime.tracing.calling import call_attributes, note_outcome
from shared.runtime.tracing.hearing import Hearing
from shared.runtime.tracing.ids import TRACEPARENT
from shared.runtime.tracing.propagation import read_traceparent
from shared.runtime.tracing.settings import read_tracing_settings
from shared.runtime.tracing.steps import below

_log = getLogger(__name__)


class _Work(Protocol):
    def end(self, result: Any, error: BaseException | None) -> None: ...


class _Process(SharedExtension):
    """nameko binds its extensions before it sets any of them up: so nothing has connected to the database yet.

    And it stops those that belong to others after all dependencies, which may still have something to tell.
    """

    def bind(self, container: Any) -> Any:
        instance = super().bind(container)
        instance.tracing = _start_tracing(container.service_name)
        return instance

    def stop(self) -> None:
        if self.tracing:
            self.tracing.stop()


class Tracing(DependencyProvider):
    process = _Process()

    def setup(self) -> None:
        self._under_way: WeakKeyDictionary[Any, _Work] = WeakKeyDictionary()

    def worker_setup(self, worker_ctx: Any) -> None:
        """An error here would be the end of the container, and no trace is worth that."""
        tracer = active()
        if tracer is None:
            return
        try:
            if work := _work(tracer, worker_ctx):
                self._under_way[worker_ctx] = work
        except Exception:
            _log.exception("%s is not traced", worker_ctx.entrypoint.method_name)

    def worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
        work = self._under_way.pop(worker_ctx, None)
        if work is None:
            return
        try:
            work.end(result, exc_info[1] if exc_info else None)
        except Exception:
            _log.exception("%s is not traced to its end", worker_ctx.entrypoint.method_name)


def _start_tracing(service: str) -> Any:
    """None where the environment does not ask for it; then the SDK is not even loaded."""
    settings = read_tracing_settings()
    if settings is None:
        return None
    from shared.runtime.tracing.starting import ProcessTracing

    return ProcessTracing(service, settings)


def _work(tracer: Tracer, worker_ctx: Any) -> _Work | None:
    """What timers do is told by the steps that they make."""
    entrypoint, service = worker_ctx.entrypoint, worker_ctx.service_name
    if isinstance(entrypoint, Subscription):
        return Hearing(tracer, service, worker_ctx.args[0])
    if isinstance(entrypoint, GuardedRpc) and (caller := read_traceparent(worker_ctx.data.get(TRACEPARENT))):
        return _Call(tracer, service, entrypoint.method_name, worker_ctx.kwargs, caller)
    return None


class _Call:
    """A call that is served, and answered, by this worker. Where it has no caller's span, it gets none of its own."""

    def __init__(self, tracer: Tracer, service: str, method: str, kwargs: Any, caller: Any) -> None:
        described = call_attributes(service, method, kwargs)
        self._span = tracer.start_span(f"{service}/{method}", below(caller), SpanKind.SERVER, described)
        self._context = context.attach(set_span_in_context(self._span))

    def end(self, _result: Any, error: BaseException | None) -> None:
        context.detach(self._context)
        note_outcome(self._span, error)
        self._span.end()
