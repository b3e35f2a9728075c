"""Which traces are kept: decided by the trace id, so that every process decides the same about a case."""

from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, TraceState, get_current_span
from opentelemetry.util.types import Attributes

RANDOM_BITS = 56
"""The lowest of a trace id (W3C Trace Context, level 2). The SDK's own ratio looks at 64, of which a UUID fixes the
highest two: it would keep either nothing or everything of half the ratios."""


class ByTraceId(Sampler):
    """Keeps this share of all traces, and nothing of a trace that whoever called does not keep."""

    def __init__(self, ratio: float) -> None:
        self._ratio = ratio
        self._least = round((1 - ratio) * 2**RANDOM_BITS)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        parent = get_current_span(parent_context).get_span_context()
        is_left_out = parent.is_valid and not parent.trace_flags.sampled
        if is_left_out or trace_id % 2**RANDOM_BITS < self._least:
            return SamplingResult(Decision.DROP)
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)

    def get_description(self) -> str:
        return f"ByTraceId{{{self._ratio}}}"
