"""Spans of what a service does to a case: the step as it was written, and its event as it was published."""

from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from types import MappingProxyType

from opentelemetry.context import Context
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
    get_current_span,
    set_span_in_context,
)

from shared.contracts.topology import events_exchange
from shared.runtime.messages import Publication, message_id
from shared.runtime.tracing import attributes as names
from shared.runtime.tracing.active import active
from shared.runtime.tracing.ids import called, span_id_of, step_context, trace_id_of

UNROUTABLE = "unroutable"
ROOT = Context()
"""Of a span without a parent."""

heard: ContextVar[Mapping[str, SpanContext]] = ContextVar("heard", default=MappingProxyType({}))
"""By case: the event that this worker is hearing of it."""


def trace_steps(source: str, publications: Sequence[Publication], begun: int) -> None:
    """Of a write that has just become durable, begun at that time (nanoseconds)."""
    if tracer := active():
        for publication in publications:
            _trace_step(tracer, source, publication, begun)


def trace_published(source: str, publications: Sequence[Publication], begun: int, lost: Collection[int]) -> None:
    """Of a round of the relay, begun at that time (nanoseconds). `lost`: indexes of those that no queue took."""
    tracer = active()
    if tracer is None:
        return
    for index, publication in enumerate(publications):
        span = _start_publishing(tracer, source, publication, begun)
        if index in lost:
            span.set_status(Status(StatusCode.ERROR))
            span.set_attribute(names.ERROR_TYPE, UNROUTABLE)
        span.end()


def below(context: SpanContext | None) -> Context:
    """Where a span is started that has this one as its parent, or none."""
    return set_span_in_context(NonRecordingSpan(context), ROOT) if context else ROOT


def _trace_step(tracer: Tracer, source: str, publication: Publication, begun: int) -> None:
    event, trace_id = publication.event, trace_id_of(publication.case_id)
    cause = get_current_span().get_span_context()
    is_elsewhere = cause.is_valid and cause.trace_id != trace_id
    with called(trace_id=trace_id, span_id=span_id_of(source, event.sequence)):
        span = tracer.start_span(
            event.type,
            below(_cause_in_trace(source, publication, cause)),
            attributes={
                names.SEQUENCE: event.sequence,
                names.VERB: event.verb,
                names.STATE: event.state,
                names.ROLE: event.by.role,
            },
            links=[Link(cause)] if is_elsewhere else (),
            start_time=begun,
        )
    span.end()


def _cause_in_trace(source: str, publication: Publication, cause: SpanContext) -> SpanContext | None:
    """What led to a step, in the trace of its case: an event that is heard, what runs, or else the step before it."""
    case_id, sequence = publication.case_id, publication.event.sequence
    if case_id in heard.get():
        return heard.get()[case_id]
    if cause.is_valid and cause.trace_id == trace_id_of(case_id):
        return cause
    return step_context(source, case_id, sequence - 1) if sequence > 1 else None


def _start_publishing(tracer: Tracer, source: str, publication: Publication, begun: int) -> Span:
    exchange, event = events_exchange(source), publication.event
    return tracer.start_span(
        f"send {exchange}",
        below(step_context(source, publication.case_id, event.sequence)),
        SpanKind.PRODUCER,
        {
            names.MESSAGING_SYSTEM: names.RABBITMQ,
            names.OPERATION_TYPE: "send",
            names.OPERATION_NAME: "send",
            names.DESTINATION: exchange,
            names.ROUTING_KEY: event.type,
            names.MESSAGE_ID: message_id(source, publication),
        },
        start_time=begun,
    )
