"""Which ids traces and spans have, and which traces are kept."""

from itertools import product

import pytest
from environs import EnvValidationError
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context
from uuid_utils import uuid7

from shared.contracts.topology import LOOP_SERVICES
from shared.runtime.tracing.ids import called, span_id_of, step_context, trace_id_of, traceparent
from shared.runtime.tracing.propagation import read_traceparent
from shared.runtime.tracing.sampling import ByTraceId
from shared.runtime.tracing.settings import TracingSettings, read_tracing_settings
from shared.runtime.tracing.starting import DerivedIds

CASE = "0190f1c2-7a3b-7c4d-8e5f-60718293a4b5"
OF_TRACING = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_EXPORTER", "OTEL_TRACES_SAMPLER", "OTEL_SDK_DISABLED")


def test_the_trace_of_a_case_has_its_id() -> None:
    assert f"{trace_id_of(CASE):032x}" == CASE.replace("-", "")


def test_every_step_of_a_case_has_a_span_id_of_its_own() -> None:
    steps = list(product(LOOP_SERVICES, range(1, 2000)))
    assert len({span_id_of(*step) for step in steps}) == len(steps)
    assert all(0 < span_id_of(*step) < 2**64 for step in steps)


def test_what_an_event_carries_is_read_as_its_step() -> None:
    assert read_traceparent(traceparent("intake", CASE, 3)) == step_context("intake", CASE, 3)


@pytest.mark.parametrize("header", [None, 7, b"00", "", "nonsense", f"00-{'0' * 32}-{'1' * 16}-01"])
def test_what_is_no_traceparent_is_nobodys_trace(header: object) -> None:
    assert read_traceparent(header) is None


def test_an_id_is_chosen_for_the_span_started_inside_and_for_no_other() -> None:
    ids = DerivedIds()
    with called(trace_id=trace_id_of(CASE), span_id=span_id_of("intake", 1)):
        assert (ids.generate_trace_id(), ids.generate_span_id()) == (trace_id_of(CASE), span_id_of("intake", 1))
    assert ids.generate_trace_id() != trace_id_of(CASE)
    assert ids.generate_span_id() != span_id_of("intake", 1)


def cases(count: int) -> list[int]:
    """Trace ids of reports that come a second apart. Of one millisecond they are counted up, and alike."""
    return [uuid7(nanoseconds=(1_800_000_000 + second) * 10**9).int for second in range(count)]


def kept(sampler: ByTraceId, trace_id: int, parent: Context | None = None) -> bool:
    return sampler.should_sample(parent, trace_id, "step").decision.is_sampled()


@pytest.mark.parametrize("ratio", [0.0, 0.1, 0.5, 0.9, 1.0])
def test_of_cases_as_many_are_kept_as_was_asked_for(ratio: float) -> None:
    """Their ids are UUIDs, in which not every bit is random."""
    sampler = ByTraceId(ratio)
    share = sum(kept(sampler, trace_id) for trace_id in cases(4000)) / 4000
    assert share == pytest.approx(ratio, abs=0.04)
    assert share == ratio or ratio not in (0.0, 1.0)


def test_whoever_keeps_more_keeps_what_others_keep() -> None:
    some, more = ByTraceId(0.3), ByTraceId(0.6)
    all_cases = cases(1000)
    assert {one for one in all_cases if kept(some, one)} < {one for one in all_cases if kept(more, one)}


@pytest.mark.parametrize(("flags", "outcome"), [(TraceFlags.SAMPLED, True), (TraceFlags.DEFAULT, False)])
def test_what_the_caller_leaves_out_is_left_out_here(flags: int, outcome: bool) -> None:
    caller = SpanContext(trace_id_of(CASE), 1, is_remote=True, trace_flags=TraceFlags(flags))
    assert kept(ByTraceId(1.0), caller.trace_id, set_span_in_context(NonRecordingSpan(caller), Context())) is outcome


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, TracingSettings("otlp", 1.0)),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_TRACES_EXPORTER": "none"}, None),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "true"}, None),
        ({"OTEL_TRACES_EXPORTER": "console", "OTEL_TRACES_SAMPLER": "always_off"}, TracingSettings("console", 0.0)),
        (
            {
                "OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
                "OTEL_TRACES_SAMPLER_ARG": "0.25",
            },
            TracingSettings("otlp", 0.25),
        ),
    ],
)
def test_it_is_off_unless_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], settings: TracingSettings | None
) -> None:
    for name in OF_TRACING:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert read_tracing_settings() == settings


def test_an_unknown_sampler_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "jaeger_remote")
    with pytest.raises(EnvValidationError, match="OTEL_TRACES_SAMPLER"):
        read_tracing_settings()
