"""Which spans a step, a call and an event make: where they belong, and what they tell."""

import json
import logging
from collections.abc import Iterator
from time import time_ns
from types import SimpleNamespace

import pytest
from nameko.containers import WorkerContext
from opentelemetry.trace import SpanKind, get_current_span, set_span_in_context, use_span
from structlog.contextvars import clear_contextvars
from uuid_utils import uuid7

from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.case import Event, Notice
from shared.kernel.errors import NotFound, Unavailable
from shared.runtime.messages import Publication
from shared.runtime.subscription import Subscription
from shared.runtime.telemetry.logs import json_formatter
from shared.runtime.tracing.active import active
from shared.runtime.tracing.calling import trace_call
from shared.runtime.tracing.hearing import Hearing
from shared.runtime.tracing.ids import called, span_id_of, trace_id_of
from shared.runtime.tracing.propagation import read_traceparent
from shared.runtime.tracing.steps import trace_published, trace_steps
from shared.runtime.tracing.workers import Tracing
from tests.support.people import NOON
from tests.support.tracing import Traced


@pytest.fixture
def traced() -> Iterator[Traced]:
    clear_contextvars()  # what an earlier test said its log lines are about
    with Traced().switched_on() as traced:
        yield traced


@pytest.fixture
def case_id() -> str:
    return str(uuid7())


def step(case_id: str, sequence: int = 1, event_type: str = "ReportSubmitted") -> Publication:
    event = Event(sequence, event_type, "submit", "submitted", NOON, Actor("sample-resident-1", RESIDENT))
    return Publication(case_id, event, {"text": "示例文字"})


def notice(case_id: str, sequence: int = 1) -> Notice:
    return Notice("intake", case_id, sequence, "ReportAccepted", "accepted", NOON, {})


def ids(span: object) -> tuple[int, int]:
    context = getattr(span, "context", None) or span.get_span_context()  # type: ignore[attr-defined]
    return context.trace_id, context.span_id


def test_without_tracing_nothing_is_made(case_id: str) -> None:
    trace_steps("intake", [step(case_id)], time_ns())
    with trace_call("intake", "carry_out", {"request": {"case_id": case_id}}) as headers:
        assert (headers, active(), get_current_span().is_recording()) == ({}, None, False)


def test_a_step_has_the_ids_that_its_event_carries(traced: Traced, case_id: str) -> None:
    begun = time_ns()
    trace_steps("intake", [step(case_id)], begun)
    made = traced.named("ReportSubmitted")
    assert ids(made) == (trace_id_of(case_id), span_id_of("intake", 1))
    assert (made.parent, made.start_time) == (None, begun)
    assert made.attributes == {
        "steward.sequence": 1,
        "steward.verb": "submit",
        "steward.state": "submitted",
        "steward.role": RESIDENT,
    }


def test_a_step_of_a_timer_follows_the_one_before(traced: Traced, case_id: str) -> None:
    trace_steps("dispatch", [step(case_id, 4)], time_ns())
    parent = traced.named("ReportSubmitted").parent
    assert parent is not None
    assert parent.span_id == span_id_of("dispatch", 3)


def test_a_step_on_another_case_stays_in_its_own_trace_and_links_to_its_cause(traced: Traced, case_id: str) -> None:
    tracer = active()
    assert tracer is not None
    with tracer.start_as_current_span("cause") as cause:
        trace_steps("intake", [step(case_id, 2)], time_ns())
    made = traced.named("ReportSubmitted")
    assert made.context is not None
    assert made.context.trace_id == trace_id_of(case_id)
    assert [link.context for link in made.links] == [cause.get_span_context()]


def test_an_event_that_went_out_is_told_below_its_step(traced: Traced, case_id: str) -> None:
    trace_published("intake", [step(case_id), step(case_id, 2)], time_ns(), lost={1})
    sent, lost = traced.spans
    assert (sent.name, sent.kind) == ("send intake.events", SpanKind.PRODUCER)
    assert sent.parent is not None
    assert (sent.parent.trace_id, sent.parent.span_id) == (trace_id_of(case_id), span_id_of("intake", 1))
    assert [(span.status.is_ok, (span.attributes or {}).get("error.type")) for span in (sent, lost)] == [
        (True, None),
        (False, "unroutable"),
    ]


def test_what_an_event_causes_is_told_below_hearing_it(traced: Traced, case_id: str) -> None:
    tracer = active()
    assert tracer is not None
    other = str(uuid7())
    hearing = Hearing(tracer, "dispatch", [notice(case_id, 2), notice(other, 5)])
    trace_steps("dispatch", [step(other, 1, "OrderOpened")], time_ns())
    hearing.end([(notice(case_id, 2), NotFound(case_id))], None)
    first, second = [span for span in traced.spans if span.name == "process dispatch.inbox"]
    opened = traced.named("OrderOpened")
    assert first.parent is not None
    assert second.parent is not None
    assert (ids(first)[0], first.parent.span_id) == (trace_id_of(case_id), span_id_of("intake", 2))
    assert (ids(second)[0], second.parent.span_id) == (trace_id_of(other), span_id_of("intake", 5))
    assert opened.parent == second.context
    assert [link.context for link in second.links] == [first.context]
    assert (first.attributes or {})["steward.refusal"] == "NotFound"
    assert not get_current_span().get_span_context().is_valid


def test_a_batch_stands_below_the_first_of_its_events_that_is_kept() -> None:
    left_out, kept = "0190f1c2-7a3b-7c4d-8e00-000000000001", "0190f1c2-7a3b-7c4d-8eff-ffffffffffff"
    with Traced().switched_on(ratio=0.5) as traced:
        tracer = active()
        assert tracer is not None
        hearing = Hearing(tracer, "dispatch", [notice(left_out), notice(kept)])
        current = get_current_span().get_span_context().trace_id
        hearing.end([], None)
    assert current == trace_id_of(kept)
    assert [list(span.links) for span in traced.spans] == [[]]


def test_what_cannot_be_traced_is_done_all_the_same(traced: Traced, caplog: pytest.LogCaptureFixture) -> None:
    tracing = Tracing()
    tracing.setup()
    entrypoint = Subscription()
    entrypoint.method_name = "on_events"
    worker = WorkerContext(SimpleNamespace(config={}, service_name="dispatch"), None, entrypoint, [["no notice"]])
    tracing.worker_setup(worker)
    tracing.worker_result(worker, [])
    assert [record.getMessage() for record in caplog.records] == ["on_events is not traced"]
    assert traced.spans == []


def test_a_line_of_the_log_is_found_by_the_trace_it_is_part_of(traced: Traced) -> None:
    tracer = active()
    assert tracer is not None
    line = logging.LogRecord("test", logging.WARNING, __file__, 1, "about no case", (), None)
    with tracer.start_as_current_span("request") as request:
        written = json.loads(json_formatter().format(line))
    assert written["trace_id"] == f"{request.get_span_context().trace_id:032x}"


def test_a_batch_that_raised_is_a_fault_of_each_of_its_events(traced: Traced, case_id: str) -> None:
    tracer = active()
    assert tracer is not None
    Hearing(tracer, "dispatch", [notice(case_id), notice(str(uuid7()))]).end([], KeyError("示例姓名"))
    assert [(span.status.is_ok, (span.attributes or {})["error.type"]) for span in traced.spans] == [
        (False, "KeyError"),
        (False, "KeyError"),
    ]


def test_a_call_carries_its_span_to_whoever_serves_it(traced: Traced) -> None:
    tracer = active()
    assert tracer is not None
    with tracer.start_as_current_span("request") as request, trace_call("dispatch", "list_units", {}) as headers:
        pass
    call = traced.named("dispatch/list_units")
    assert (call.parent, call.kind) == (request.get_span_context(), SpanKind.CLIENT)
    carried = read_traceparent(headers["traceparent"])
    assert carried is not None
    assert (carried.trace_id, carried.span_id) == ids(call)


def test_a_command_is_told_in_the_trace_of_its_case(traced: Traced, case_id: str) -> None:
    """As the rows of a list are, each of which makes a case of its own."""
    tracer = active()
    assert tracer is not None
    asked = {"verb": "submit", "request": {"case_id": case_id, "body": {"text": "示例文字"}}}
    with tracer.start_as_current_span("list") as whole, trace_call("intake", "carry_out", asked):
        pass
    call = traced.named("intake/carry_out")
    assert call.context is not None
    assert (call.context.trace_id, call.parent) == (trace_id_of(case_id), None)
    assert [link.context for link in call.links] == [whole.get_span_context()]
    assert "示例" not in call.to_json(indent=None)


def test_a_command_of_the_cases_own_request_stands_below_it(traced: Traced, case_id: str) -> None:
    tracer = active()
    assert tracer is not None
    with called(trace_id=trace_id_of(case_id)):
        request = tracer.start_span("request")
    with use_span(request), trace_call("intake", "carry_out", {"request": {"case_id": case_id}}):
        pass
    assert traced.named("intake/carry_out").parent == request.get_span_context()


def test_what_nobody_asked_for_has_no_span(traced: Traced) -> None:
    with trace_call("feed", "read_log", {"after": 3}) as headers:
        assert headers == {}
    assert traced.spans == []


@pytest.mark.parametrize(("error", "is_fault"), [(NotFound("x"), False), (Unavailable("intake"), True)])
def test_a_refusal_is_an_answer_and_silence_is_a_fault(
    traced: Traced, case_id: str, error: Exception, is_fault: bool
) -> None:
    with pytest.raises(type(error)), trace_call("intake", "carry_out", {"request": {"case_id": case_id}}):
        raise error
    call = traced.named("intake/carry_out")
    assert call.status.is_ok is not is_fault
    assert (call.attributes or {})["error.type" if is_fault else "steward.refusal"] == type(error).__name__


def test_nothing_leaves_that_is_not_on_the_list(traced: Traced) -> None:
    tracer = active()
    assert tracer is not None
    said = {"url.path": "/ratings/secret-token", "client.address": "192.0.2.7", "http.route": "/ratings/<token>"}
    with pytest.raises(ValueError, match="示例"), tracer.start_as_current_span("request", attributes=said):
        raise ValueError("示例姓名 13800000000")
    left = traced.named("request")
    assert left.attributes == {"http.route": "/ratings/<token>"}
    assert [dict(event.attributes or {}) for event in left.events] == [{"exception.type": "ValueError"}]
    for secret in ("secret-token", "192.0.2.7", "示例", "13800000000"):
        assert secret not in left.to_json(indent=None)


def test_what_is_left_out_makes_no_span_anywhere(case_id: str) -> None:
    with Traced().switched_on(ratio=0.0) as traced:
        tracer = active()
        assert tracer is not None
        hearing = Hearing(tracer, "dispatch", [notice(case_id)])
        trace_steps("dispatch", [step(case_id)], time_ns())
        trace_published("dispatch", [step(case_id)], time_ns(), lost=())
        hearing.end([], None)
        assert set_span_in_context(get_current_span()) is not None
        assert traced.spans == []
