"""Spans of calls between services: at the caller here, at whoever serves it in `workers`."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from opentelemetry.trace import (
    Link,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    use_span,
)

from shared.kernel.errors import DOMAIN_ERRORS, Unavailable
from shared.runtime.tracing import attributes as names
from shared.runtime.tracing.active import active
from shared.runtime.tracing.ids import TRACEPARENT, called, trace_id_of
from shared.runtime.tracing.propagation import traceparent_of
from shared.runtime.tracing.steps import below

Headers = dict[str, str]


def trace_call(service: str, method: str, kwargs: Mapping[str, Any]) -> AbstractContextManager[Headers]:
    """Around a call: gives the headers that it is sent with. What is asked on behalf of no request has no span."""
    tracer = active()
    if tracer is None:
        return nullcontext({})
    caller, command = get_current_span().get_span_context(), _command_of(kwargs)
    if not (caller.is_valid or command):
        return nullcontext({})
    described = call_attributes(service, method, kwargs)
    return _around(_start(tracer, f"{service}/{method}", described, caller, command))


def call_attributes(service: str, method: str, kwargs: Mapping[str, Any]) -> dict[str, str]:
    described = {names.RPC_SYSTEM: names.NAMEKO, names.RPC_SERVICE: service, names.RPC_METHOD: method}
    verb = kwargs.get("verb")
    return described | {names.VERB: verb} if isinstance(verb, str) else described


def note_outcome(span: Span, error: BaseException | None) -> None:
    """A refusal is an answer; that nobody could answer is a fault."""
    if isinstance(error, DOMAIN_ERRORS) and not isinstance(error, Unavailable):
        span.set_attribute(names.REFUSAL, type(error).__name__)
    elif error is not None:
        span.set_attribute(names.ERROR_TYPE, type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))


@contextmanager
def _around(span: Span) -> Iterator[Headers]:
    try:
        with use_span(span, record_exception=False, set_status_on_exception=False):
            yield {TRACEPARENT: traceparent_of(span)}
    except Exception as error:
        note_outcome(span, error)
        raise
    finally:
        span.end()


def _start(tracer: Tracer, name: str, described: Headers, caller: SpanContext, command: str | None) -> Span:
    """Below the caller; but a command on a case belongs to the trace of that case, whoever's request it is part of."""
    if command is None or (caller.is_valid and caller.trace_id == trace_id_of(command)):
        return tracer.start_span(name, below(caller), SpanKind.CLIENT, described)
    links = [Link(caller)] if caller.is_valid else ()
    with called(trace_id=trace_id_of(command)):
        return tracer.start_span(name, below(None), SpanKind.CLIENT, described, links=links)


def _command_of(kwargs: Mapping[str, Any]) -> str | None:
    """The case that a command is for, or that it makes."""
    request = kwargs.get("request")
    case_id = request.get("case_id") if isinstance(request, Mapping) else None
    try:
        trace_id_of(str(case_id))
    except ValueError:
        return None
    return str(case_id)
