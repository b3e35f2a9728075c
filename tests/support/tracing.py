"""The spans that this process makes, kept in memory as they would leave it."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.runtime.tracing.active import switch
from shared.runtime.tracing.exporting import PlainSpans
from shared.runtime.tracing.sampling import ByTraceId
from shared.runtime.tracing.starting import DerivedIds, prefer_stable_names


class Traced:
    def __init__(self) -> None:
        self._kept = InMemorySpanExporter()

    @property
    def spans(self) -> list[ReadableSpan]:
        """In the order in which they ended."""
        return list(self._kept.get_finished_spans())

    def named(self, name: str) -> ReadableSpan:
        """The only one of that name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    @contextmanager
    def switched_on(self, ratio: float = 1.0) -> Iterator["Traced"]:
        prefer_stable_names()
        provider = TracerProvider(ByTraceId(ratio), shutdown_on_exit=False, id_generator=DerivedIds())
        provider.add_span_processor(SimpleSpanProcessor(PlainSpans(self._kept)))
        switch(provider)
        try:
            yield self
        finally:
            switch(None)
