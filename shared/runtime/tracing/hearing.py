"""Spans of events that are heard: each in the trace of its case, below the step that it tells of."""

from collections.abc import Collection, Sequence

from opentelemetry import context
from opentelemetry.trace import INVALID_SPAN, Link, Span, SpanContext, SpanKind, Tracer, set_span_in_context

from shared.contracts.events import event_id
from shared.contracts.topology import inbox
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.tracing import attributes as names
from shared.runtime.tracing.calling import note_outcome
from shared.runtime.tracing.ids import step_context
from shared.runtime.tracing.steps import below, heard


class Hearing:
    """A batch of events in the hands of a worker.

    What the batch asks of the database it asks once for all: that is told below the first that is kept, to which the
    others link.
    """

    def __init__(self, tracer: Tracer, service: str, notices: Sequence[Notice]) -> None:
        self._notices = notices
        self._spans: list[Span] = []
        first: Span = INVALID_SPAN
        for notice in notices:
            links = [Link(first.get_span_context())] if first.is_recording() else []
            self._spans.append(_start(tracer, service, notice, len(notices), links))
            first = first if first.is_recording() else self._spans[-1]
        self._context = context.attach(set_span_in_context(first))
        self._heard = heard.set(self._by_case())

    def end(self, failures: Collection[Failure], error: BaseException | None) -> None:
        context.detach(self._context)
        heard.reset(self._heard)
        reasons = [(notice, error) for notice in self._notices] if error else failures
        for notice, reason in reasons:
            note_outcome(self._spans[self._notices.index(notice)], reason)
        for span in self._spans:
            span.end()

    def _by_case(self) -> dict[str, SpanContext]:
        spans = zip(self._notices, self._spans, strict=True)
        return {notice.case_id: span.get_span_context() for notice, span in spans}


def _start(tracer: Tracer, service: str, notice: Notice, batch: int, links: Sequence[Link]) -> Span:
    queue = inbox(service)
    return tracer.start_span(
        f"process {queue}",
        below(step_context(notice.source, notice.case_id, notice.sequence)),
        SpanKind.CONSUMER,
        {
            names.MESSAGING_SYSTEM: names.RABBITMQ,
            names.OPERATION_TYPE: "process",
            names.OPERATION_NAME: "process",
            names.DESTINATION: queue,
            names.ROUTING_KEY: notice.type,
            names.MESSAGE_ID: event_id(notice.source, notice.case_id, notice.sequence),
            names.BATCH_SIZE: batch,
        },
        links=links,
    )
