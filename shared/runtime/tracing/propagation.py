"""The traceparent of W3C Trace Context, written and read by OpenTelemetry's own propagator."""

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanContext, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.runtime.tracing.ids import TRACEPARENT

_W3C = TraceContextTextMapPropagator()


def traceparent_of(span: Span) -> str:
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, set_span_in_context(span, Context()))
    return carrier[TRACEPARENT]


def read_traceparent(header: object) -> SpanContext | None:
    """Whoever may send a message may write any header: None for what is no traceparent."""
    if not isinstance(header, str):
        return None
    context = get_current_span(_W3C.extract({TRACEPARENT: header}, Context())).get_span_context()
    return context if context.is_valid else None
