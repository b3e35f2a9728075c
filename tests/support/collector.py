"""A collector of traces: takes what processes send by OTLP over HTTP, and keeps it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as WireSpan
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

KINDS = ("UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")


@dataclass(frozen=True)
class Span:
    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent: str
    """Empty for the first of a trace."""
    links: list[str]
    """Trace ids."""
    start: int
    end: int
    attributes: dict[str, Any]
    is_fault: bool


class Collector:
    def __init__(self, server: HTTPServer) -> None:
        self.bodies: list[bytes] = []
        self.is_away = False
        self.refused = 0
        self.endpoint = server.url_for("")
        server.expect_request("/v1/traces", method="POST").respond_with_handler(self._take)

    @property
    def spans(self) -> list[Span]:
        return [span for body in list(self.bodies) for span in _read(body)]

    def trace(self, case_id: str) -> list[Span]:
        """All spans in the trace of that case, the first begun first."""
        wanted = case_id.replace("-", "")
        return sorted((span for span in self.spans if span.trace_id == wanted), key=lambda span: span.start)

    def _take(self, request: Request) -> Response:
        if self.is_away:
            self.refused += 1
            return Response(status=503)
        self.bodies.append(request.get_data())
        return Response(content_type="application/x-protobuf")


@contextmanager
def collecting() -> Iterator[Collector]:
    with HTTPServer("127.0.0.1", 0, threaded=True) as server:
        yield Collector(server)


def write_trace(trace: list[Span], path: Path) -> None:
    path.write_text(json.dumps([asdict(span) for span in trace], ensure_ascii=False, indent=1), encoding="utf-8")


def read_trace(path: Path) -> list[Span]:
    return [Span(**span) for span in json.loads(path.read_text(encoding="utf-8"))]


def _read(body: bytes) -> Iterator[Span]:
    for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        service = str(_plain(resource.resource.attributes)["service.name"])
        for scope in resource.scope_spans:
            yield from (_span(service, span) for span in scope.spans)


def _span(service: str, span: WireSpan) -> Span:
    return Span(
        service,
        span.name,
        KINDS[span.kind],
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        [link.trace_id.hex() for link in span.links],
        span.start_time_unix_nano,
        span.end_time_unix_nano,
        _plain(span.attributes),
        span.status.code == span.status.STATUS_CODE_ERROR,
    )


def _plain(attributes: Any) -> dict[str, Any]:
    def value(pair: KeyValue) -> Any:
        return getattr(pair.value, str(pair.value.WhichOneof("value")))

    return {pair.key: value(pair) for pair in attributes}
