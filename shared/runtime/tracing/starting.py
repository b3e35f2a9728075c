"""Tracing of one process, from its start to its end. Loads the SDK: imported only where tracing is on."""

import os
from socket import gethostname

import eventlet
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler

from shared.runtime.tracing.active import switch
from shared.runtime.tracing.exporting import exporter_of
from shared.runtime.tracing.ids import chosen_span_id, chosen_trace_id
from shared.runtime.tracing.sampling import ByTraceId
from shared.runtime.tracing.settings import TracingSettings

NAMESPACE = "steward"
PATIENCE = 3.0
"""Seconds that a process which ends gives its last spans to be taken."""
LARGEST_BATCH = "64"
"""Spans encoded at a time, unless the environment says otherwise: all greenlets wait meanwhile."""
INSIDE = ParentBased(ALWAYS_OFF)
"""What the database does is told as part of a step; looks at a revision or for work every second are not."""


class DerivedIds(RandomIdGenerator):
    """Random, but for a span that is made inside `called`."""

    def generate_trace_id(self) -> int:
        return chosen_trace_id.get() or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return chosen_span_id.get() or super().generate_span_id()

    def is_trace_id_random(self) -> bool:
        """The 56 lowest bits, as W3C Trace Context means it: in a UUIDv7 they are random too (RFC 9562)."""
        return True


class ProcessTracing:
    """The providers of one process: one for our own spans, one for the database's, and one way out for both."""

    def __init__(self, service: str, settings: TracingSettings) -> None:
        prefer_stable_names()
        os.environ.setdefault("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", LARGEST_BATCH)
        self._resource = _resource(service)
        self._way_out = BatchSpanProcessor(exporter_of(settings))
        PymongoInstrumentor().instrument(tracer_provider=self._provider(INSIDE))
        switch(self._provider(ByTraceId(settings.ratio)))

    def stop(self) -> None:
        """What nobody has taken in time is lost: a process ends when it is told to."""
        switch(None)
        with eventlet.Timeout(PATIENCE, False):
            self._way_out.shutdown()  # type: ignore[no-untyped-call]

    def _provider(self, sampler: Sampler) -> TracerProvider:
        provider = TracerProvider(sampler, self._resource, shutdown_on_exit=False, id_generator=DerivedIds())
        provider.add_span_processor(self._way_out)
        return provider


def prefer_stable_names() -> None:
    """Of the semantic conventions, before any instrumentation looks; the older names are what is meant by default."""
    os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")


def _resource(service: str) -> Resource:
    """OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win where they are set."""
    ours = {"service.name": service, "service.namespace": NAMESPACE, "service.instance.id": _instance()}
    return Resource.create(ours).merge(OTELResourceDetector().detect())


def _instance() -> str:
    return f"{gethostname()}-{os.getpid()}"
