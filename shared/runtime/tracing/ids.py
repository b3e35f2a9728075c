"""Ids of traces and spans. Those of a case and its steps are known to everybody, and so carried by nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from opentelemetry.trace import SpanContext, TraceFlags

TRACEPARENT = "traceparent"
"""The header of W3C Trace Context, on HTTP requests, calls and events."""

chosen_trace_id: ContextVar[int | None] = ContextVar("trace_id", default=None)
chosen_span_id: ContextVar[int | None] = ContextVar("span_id", default=None)


def trace_id_of(case_id: str) -> int:
    """128 bits, as a UUID has them. Raises ValueError where it is none."""
    return UUID(case_id).int


@lru_cache(maxsize=4096)
def span_id_of(source: str, sequence: int) -> int:
    """64 bits, of the step that is this source's event with that number, in the trace of any case."""
    return int.from_bytes(blake2b(f"{source}/{sequence}".encode(), digest_size=8).digest())


def traceparent(source: str, case_id: str, sequence: int) -> str:
    """Of an event: the step that it tells of. Says `sampled`, as whether it is can be told from the trace id alone."""
    return f"00-{UUID(case_id).hex}-{span_id_of(source, sequence):016x}-01"


def step_context(source: str, case_id: str, sequence: int) -> SpanContext:
    """Of a step that was made by whichever process, be it long ago."""
    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(trace_id_of(case_id), span_id_of(source, sequence), is_remote=True, trace_flags=sampled)


@contextmanager
def called(*, trace_id: int | None = None, span_id: int | None = None) -> Iterator[None]:
    """The ids of a span that is started inside; the trace id counts where it has no parent."""
    of_trace, of_span = chosen_trace_id.set(trace_id), chosen_span_id.set(span_id)
    try:
        yield
    finally:
        chosen_trace_id.reset(of_trace)
        chosen_span_id.reset(of_span)
