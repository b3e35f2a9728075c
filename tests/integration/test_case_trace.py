"""One case through the whole loop is one trace: every hop of it, and nothing of whom it concerns."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from shared.contracts.topology import BINDINGS, EVERYTHING, LOOP_SERVICES, inbox
from shared.runtime.tracing.ids import span_id_of
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.collector import Collector, Span, collecting, read_trace, write_trace
from tests.support.http import Person, dispatcher, resident, states
from tests.support.walk import (
    HAPPY,
    assigned,
    issue_link,
    load_district,
    rate,
    report,
    serve,
    some_words,
    wait_for_invitation,
)

pytestmark = pytest.mark.servers

PLANTED = {"text": "植入文字一二三", "contact_name": "植入姓名", "contact_phone": "13799990001"}
SECONDS = 20


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Stack]:
    settings = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    with Stack(tmp_path_factory.mktemp("traced")).running(free_ports=True, settings=settings) as running:
        load_district(running)
        yield running


def settled(case: dict[str, Any]) -> bool:
    return states(case) == ("closed", "closed", "settled")


def steps_of(trace: list[Span]) -> list[Span]:
    return [span for span in trace if "steward.sequence" in span.attributes]


def told(case: dict[str, Any]) -> set[tuple[str, str]]:
    """Service and type of every event in the timeline."""
    return {(entry["service"], entry["event"]) for entry in case["timeline"]}


def hears(consumer: str, source: str, event_type: str) -> bool:
    bound = BINDINGS[consumer].get(source, ())
    return event_type in bound or EVERYTHING in bound


def missing(trace: list[Span]) -> list[tuple[str, str]]:
    """Hops of the steps of a trace that are not there: which step, and who has not sent or heard its event."""
    there = {(span.parent, span.name) for span in trace}
    wanted = [
        (step, hop)
        for step in steps_of(trace)
        for hop in [
            f"send {step.service}.events",
            *(f"process {inbox(to)}" for to in BINDINGS if hears(to, step.service, step.name)),
        ]
    ]
    return [(step.name, hop) for step, hop in wanted if (step.span_id, hop) not in there]


def hanging(trace: list[Span]) -> list[str]:
    """Names of the spans that stand below one which is not there."""
    there = {span.span_id for span in trace}
    return [span.name for span in trace if span.parent and span.parent not in there]


def complete(collector: Collector, case_id: str, case: dict[str, Any]) -> list[Span]:
    """The trace, once every step that the case tells of has come, with all who heard of it and all that led to it."""
    found: list[Span] = []

    def is_complete() -> bool:
        found[:] = collector.trace(case_id)
        steps = {(step.service, step.name) for step in steps_of(found)}
        return steps >= told(case) and not missing(found) and not hanging(found)

    wait_until(is_complete, SECONDS, f"the whole trace of {case_id}")
    return found


def lineage(trace: list[Span], span: Span) -> list[str]:
    """The names from the first span of the trace down to this one."""
    by_id = {one.span_id: one for one in trace}
    names = [span.name]
    while span.parent:
        span = by_id[span.parent]
        names.append(span.name)
    return names[::-1]


def only(trace: list[Span], matches: Callable[[Span], bool]) -> Span:
    (found,) = filter(matches, trace)
    return found


@pytest.fixture(scope="module")
def whole(traced: Stack, collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> list[Span]:
    """The trace of a case from report to settled, as it was written to a file."""
    me = resident(traced)
    case_id = report(me, **PLANTED)
    serve(assigned(traced, me, case_id), case_id)
    rate(me, case_id, HAPPY)
    trace = complete(collector, case_id, me.wait_for(case_id, settled))
    path = tmp_path_factory.mktemp("trace") / f"{case_id}.json"
    write_trace(trace, path)
    return read_trace(path)


def test_the_first_span_is_the_request_that_made_the_case(whole: list[Span]) -> None:
    first = whole[0]
    assert (first.service, first.name, first.kind, first.parent) == ("gateway", "POST /reports", "SERVER", "")
    assert first.attributes["http.response.status_code"] == 201


def test_from_the_request_by_a_call_to_the_step(whole: list[Span]) -> None:
    submitted = only(whole, lambda span: span.name == "ReportSubmitted")
    assert submitted.span_id == f"{span_id_of('intake', 1):016x}"
    assert lineage(whole, submitted) == ["POST /reports", "intake/carry_out", "intake/carry_out", "ReportSubmitted"]
    calls = [span for span in whole if span.name == "intake/carry_out"]
    assert [(span.service, span.kind, span.attributes["steward.verb"]) for span in calls] == [
        ("gateway", "CLIENT", "submit"),
        ("intake", "SERVER", "submit"),
    ]


def test_one_report_leads_through_every_service_to_its_order_and_its_evaluation(whole: list[Span]) -> None:
    down = [
        *("POST /reports", "intake/carry_out", "intake/carry_out"),
        *("ReportAccepted", "process dispatch.inbox", "OrderOpened", "process evaluation.inbox"),
    ]
    assert any(lineage(whole, span)[: len(down)] == down for span in whole)


def test_from_the_rating_to_the_closed_report(whole: list[Span]) -> None:
    closed = only(whole, lambda span: span.name == "ReportClosed")
    assert lineage(whole, closed) == [
        *("POST /evaluations/<uuid:case_id>/rate", "evaluation/carry_out", "evaluation/carry_out"),
        *("CaseSettled", "process dispatch.inbox", "OrderClosed", "process intake.inbox", "ReportClosed"),
    ]


def test_every_step_is_sent_and_heard_by_all_who_are_bound_to_it(whole: list[Span]) -> None:
    assert missing(whole) == []
    assert {step.service for step in steps_of(whole)} == set(LOOP_SERVICES)
    heard_by = {span.service for span in whole if span.kind == "CONSUMER"}
    assert heard_by == set(BINDINGS)


def test_nothing_hangs_in_the_air(whole: list[Span]) -> None:
    ids = {span.span_id for span in whole}
    assert [span.name for span in whole if span.parent and span.parent not in ids] == []
    assert {span.name for span in whole if not span.parent} <= {
        *("POST /reports", "GET /cases/<uuid:case_id>", "POST /evaluations/<uuid:case_id>/rate"),
        *(f"POST /orders/<uuid:case_id>/{step}" for step in ("accept", "start", "complete")),
    }


def test_what_the_database_did_stands_below_whatever_asked_for_it(whole: list[Span]) -> None:
    asked = [span for span in whole if "db.system.name" in span.attributes]
    assert {span.service for span in asked} >= set(LOOP_SERVICES)
    assert all(span.parent for span in asked)
    assert any(lineage(whole, span)[:3] == lineage(whole, asked[0])[:3] for span in asked)


def test_nothing_tells_of_a_person(whole: list[Span], traced: Stack, collector: Collector) -> None:
    """Of all that has left, by any process, about any case."""
    sent = b"".join(collector.bodies)
    assert b"ReportSubmitted" in sent
    for planted in (*PLANTED.values(), "127.0.0.1:", "python-requests", "Bearer", HAPPY["satisfaction"]):
        assert planted.encode() not in sent, planted
    assert {span.trace_id for span in whole} == {whole[0].trace_id}


def test_looks_for_work_are_no_traces(traced: Stack, collector: Collector) -> None:
    """Timers look into the database every second, and whoever watches asks for health: that would be all there is."""
    requests.get(f"{traced.addresses.gateway}/health/ready", timeout=10)
    case_id = report(resident(traced))
    wait_until(lambda: collector.trace(case_id), SECONDS, "a trace")
    alone = [span for span in collector.spans if not span.parent and "db.system.name" in span.attributes]
    assert (alone, [span.name for span in collector.spans if "is_ready" in span.name]) == ([], [])


def test_a_callers_own_trace_is_linked_to_and_not_joined(traced: Stack, collector: Collector) -> None:
    theirs, me = uuid4().hex, resident(traced)
    case_id = report(me)
    requests.get(
        f"{me.gateway}/cases/{case_id}",
        headers={"Authorization": f"Bearer {me.token}", "traceparent": f"00-{theirs}-00000000000000aa-01"},
        timeout=10,
    )
    looked = "GET /cases/<uuid:case_id>"
    wait_until(lambda: any(span.name == looked for span in collector.trace(case_id)), SECONDS, "the request")
    asked = only(collector.trace(case_id), lambda span: span.name == looked)
    assert (asked.parent, asked.links) == ("", [theirs])
    assert theirs not in {span.trace_id for span in collector.spans}


def test_a_rating_by_a_link_is_in_the_trace_of_its_case(traced: Stack, collector: Collector) -> None:
    """The link does not say whose it is: the request has a trace of its own, and the step links to it."""
    me = resident(traced)
    case_id = report(me)
    serve(assigned(traced, me, case_id), case_id)
    wait_for_invitation(me, case_id)
    token = issue_link(dispatcher(traced), case_id, me.subject)
    answer = requests.post(
        f"{me.gateway}/ratings/{token}", json=HAPPY, headers={"Idempotency-Key": str(uuid4())}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    trace = complete(collector, case_id, me.wait_for(case_id, settled))
    rated = only(trace, lambda span: span.name == "CaseRated")
    assert len(rated.links) == 1
    assert rated.links[0] != rated.trace_id
    assert token.encode() not in b"".join(collector.bodies)


def test_every_row_of_a_list_has_the_trace_of_its_own_case(traced: Stack, collector: Collector) -> None:
    lines = ["内容,姓名,电话,同意,类别", *(f"{some_words()},示例居民,1380000001{one},是,路灯" for one in range(3))]
    made = entered(dispatcher(traced), "\n".join(lines))
    assert len(made) == 3
    wait_until(lambda: all(steps_of(collector.trace(case_id)) for case_id in made), SECONDS, "a trace of every row")
    wait_until(lambda: any(span.name == "POST /imports" for span in collector.spans), SECONDS, "the request")
    whole = only(collector.spans, lambda span: span.name == "POST /imports")
    first = [collector.trace(case_id)[0] for case_id in made]
    assert [(span.name, span.links) for span in first] == [("intake/carry_out", [whole.trace_id])] * 3


def entered(desk: Person, table: str) -> list[str]:
    """Ids of the cases that the rows of a list became."""
    headers = {"Authorization": f"Bearer {desk.token}", "Content-Type": "application/octet-stream"}
    answer = requests.post(f"{desk.gateway}/imports", data=table.encode(), headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return [row["case_id"] for row in answer.json()["results"]]


def test_without_a_collector_everything_goes_on(traced: Stack, collector: Collector) -> None:
    collector.is_away = True
    try:
        me = resident(traced)
        case_id = report(me)
        serve(assigned(traced, me, case_id), case_id)
        rate(me, case_id, HAPPY)
        me.wait_for(case_id, settled)
        wait_until(lambda: collector.refused > 0, SECONDS, "an attempt to export")
        assert collector.trace(case_id) == []
    finally:
        collector.is_away = False
    later = report(me)
    wait_until(lambda: collector.trace(later), SECONDS, "traces to be taken again")
