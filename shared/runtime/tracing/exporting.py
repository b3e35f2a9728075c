"""What leaves the process, and what becomes of it where nobody takes it: nothing that anybody would notice."""

from collections.abc import Mapping, Sequence
from logging import CRITICAL, getLogger
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import ConsoleSpanExporter, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from opentelemetry.util.re import parse_env_headers

from shared.runtime.tracing.attributes import KEPT
from shared.runtime.tracing.settings import CONSOLE, TracingSettings

_log = getLogger(__name__)


class PlainSpans(SpanExporter):
    """Lets only attributes of the list through, and of an exception only its type: its words may name a person."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._is_taken = True

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export([plain(span) for span in spans])
        self._say_once(result is SpanExportResult.SUCCESS)
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def _say_once(self, is_taken: bool) -> None:
        if is_taken and not self._is_taken:
            _log.info("traces are taken again")
        elif self._is_taken and not is_taken:
            _log.warning("nobody takes the traces: they are dropped until somebody does; nothing else is affected")
        self._is_taken = is_taken


def exporter_of(settings: TracingSettings) -> SpanExporter:
    if settings.exporter == CONSOLE:
        return PlainSpans(ConsoleSpanExporter())
    # It has something to say at every attempt; an absent collector would fill the log of a service that is well.
    getLogger(OTLPSpanExporter.__module__).setLevel(CRITICAL)
    return PlainSpans(OTLPSpanExporter(headers=parse_env_headers(settings.headers, liberal=True)))


def plain(span: ReadableSpan) -> ReadableSpan:
    """The same span, without what is not on the list."""
    return ReadableSpan(
        span.name,
        span.context,
        span.parent,
        span.resource,
        _kept(span.attributes),
        [Event(event.name, _kept(event.attributes), event.timestamp) for event in span.events],
        span.links,
        span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _kept(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (attributes or {}).items() if name in KEPT}
