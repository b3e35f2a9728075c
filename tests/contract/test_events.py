"""The wire between the services: what is sent can be read, what cannot be read is refused without repeating it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.dispatch.domain.order import WorkOrder
from services.evaluation.campaigns.campaign import Campaign
from services.evaluation.domain.evaluation import Evaluation
from services.intake.domain import Report
from services.intake.triage import Action, Verdict
from shared.contracts.topology import BINDINGS, DISPATCH, EVALUATION, EVERYTHING, INTAKE
from shared.kernel.actor import Actor
from shared.kernel.case import Case, Event
from shared.runtime.messages import Publication, Undecodable, decode, encode
from shared.runtime.tracing.ids import span_id_of

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
CASE_ID = "01a20dd8-08e7-722d-93f5-f504cabe3072"
AGGREGATES: dict[str, type[Case]] = {INTAKE: Report, DISPATCH: WorkOrder, EVALUATION: Evaluation}
SNAPSHOTS: dict[str, dict[str, Any]] = {
    INTAKE: {
        "reporter": "r-1",
        "followers": ["r-2"],
        "category": "cleaning",
        "position": {"lon": 119.0, "lat": 25.4},
        "unit_path": ["a", "a-1"],
        "reported_at": NOW,
        "accepted_at": NOW,
        "withdrawal_requested_at": NOW,
        "channel": "desk",
        "entered_by": "s-1",
        "hidden_at": NOW,
        "erased_at": NOW,
        "pictures": ["01a20dd8-08e7-722d-93f5-f504cabe3073"],
    },
    DISPATCH: {
        "reporter": "r-1",
        "followers": ["r-2"],
        "category": "cleaning",
        "opened_at": NOW,
        "unit": "a-1",
        "unit_path": ["a", "a-1"],
        "assignee": None,
        "serving": {"steward": "s-1", "unit": "a", "partner_kind": "red_steward"},
        "dispatched_at": NOW,
        "due_at": None,
        "returns": 0,
        "transfers": 1,
        "extensions": 2,
        "rounds": [{"started_at": NOW, "completed_at": NOW, "served_by": "s-1", "handling": 5400, "pictures": ["p-1"]}],
        "cancelled_at": NOW,
        "closed_at": None,
    },
    EVALUATION: {"round": 2, "stars": 4, "rework_requested_at": NOW, "settled_at": NOW, "expired_at": NOW},
}
EVERY_EVENT = [
    (source, verb.event_type, name)
    for source, case in AGGREGATES.items()
    for name, verb in case.lifecycle.verbs.items()
]


def message(source: str, event_type: str, verb: str) -> tuple[bytes, dict[str, str]]:
    event = Event(3, event_type, verb, "some_state", NOW, Actor("x", "system"))
    return encode(source, Publication(CASE_ID, event, SNAPSHOTS[source]))


@pytest.mark.parametrize("source", AGGREGATES)
def test_the_sample_snapshots_here_are_whole(source: str) -> None:
    assert set(SNAPSHOTS[source]) == AGGREGATES[source].public


@pytest.mark.parametrize(("source", "event_type", "verb"), EVERY_EVENT)
def test_what_a_service_says_is_heard_as_it_was_said(source: str, event_type: str, verb: str) -> None:
    notice = decode(*message(source, event_type, verb))
    assert (notice.source, notice.case_id, notice.sequence, notice.type) == (source, CASE_ID, 3, event_type)
    assert notice.at == NOW
    assert notice.snapshot == SNAPSHOTS[source]


def test_what_becomes_of_a_campaign_is_heard_as_well() -> None:
    """It comes from evaluation, but is no evaluation: it has no snapshot."""
    for verb in Campaign.lifecycle.verbs.values():
        event = Event(3, verb.event_type, "x", "some_state", NOW, Actor("x", "system"))
        assert decode(*encode(EVALUATION, Publication(CASE_ID, event, {}))).type == verb.event_type


@pytest.mark.parametrize("source", AGGREGATES)
def test_the_body_is_plain_json_and_the_headers_are_cloudevents(source: str) -> None:
    body, headers = message(source, "Something", "x")
    assert "__type__" not in body.decode()
    assert json.loads(body)["at"] == "2026-03-01T08:30:00.000Z"
    assert headers["ce-specversion"] == "1.0"
    assert headers["ce-id"] == f"{source}/{CASE_ID}/3"
    assert headers["traceparent"] == f"00-{CASE_ID.replace('-', '')}-{span_id_of(source, 3):016x}-01"


@pytest.mark.parametrize("source", AGGREGATES)
def test_fields_of_a_newer_sender_are_ignored(source: str) -> None:
    body, headers = message(source, "Something", "x")
    content = json.loads(body)
    content["snapshot"]["of_tomorrow"] = content["of_tomorrow"] = 1
    assert decode(json.dumps(content).encode(), headers).snapshot == SNAPSHOTS[source]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xff\xfesecret", {"ce-source": INTAKE}),
        (b"{secret", {"ce-source": INTAKE}),
        (b"[]", {"ce-source": INTAKE}),
        (b'{"case_id": "secret"}', {"ce-source": INTAKE}),
        (b'{"case_id": 1, "sequence": "secret"}', {"ce-source": DISPATCH}),
        (b"[" * 100_000, {"ce-source": INTAKE}),
        (b"{}", {"ce-source": "elsewhere"}),
        (b"{}", {}),
    ],
)
def test_what_is_no_event_is_refused_and_never_repeated(body: bytes, headers: dict[str, Any]) -> None:
    with pytest.raises(Undecodable) as refusal:
        decode(body, headers)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"case_id": "no id"}, "case_id"),
        ({"sequence": 0}, "sequence"),
        ({"sequence": 2**63}, "sequence"),
        ({"sequence": "3"}, "sequence"),
        ({"at": "2026-03-01T08:30:00"}, "at"),
        ({"at": "0001-01-01T00:00:00+23:00"}, "at"),
        ({"snapshot": {}}, "reporter"),
        ({"snapshot": []}, "snapshot"),
        ({"type": "\ud800"}, "JSON"),
    ],
)
def test_what_could_not_be_kept_is_refused_before_it_fails_its_batch(change: dict[str, Any], field: str) -> None:
    body, headers = message(INTAKE, "Something", "x")
    with pytest.raises(Undecodable, match=field):
        decode(json.dumps(json.loads(body) | change).encode(), headers)


@pytest.mark.parametrize(
    ("source", "event_type"),
    [
        (source, event)
        for sources in BINDINGS.values()
        for source, events in sources.items()
        for event in events
        if event != EVERYTHING
    ],
)
def test_whatever_is_listened_for_can_be_said(source: str, event_type: str) -> None:
    assert event_type in {verb.event_type for verb in AGGREGATES[source].lifecycle.verbs.values()}


def test_no_personal_data_is_in_any_event_of_a_report() -> None:
    private = {"text": "PLANTED-1", "address": "PLANTED-2", "contact_name": "PLANTED-3", "contact_phone": "PLANTED-4"}
    report = Report(CASE_ID)
    resident = Actor("r-1", "resident")
    verdict = Verdict("sample", Action.PERSON, "PLANTED-7")
    report.submit(resident, NOW, {"origin": "o"}, private, verdict)
    report.ask(Actor("d", "dispatcher"), NOW, "PLANTED-5")
    report.add_information(resident, NOW, {}, {"information": ["PLANTED-6"]}, None)
    report.accept(Actor("d", "dispatcher"), NOW, "cleaning")
    for event, snapshot in report.outgoing:
        assert b"PLANTED" not in encode(INTAKE, Publication(CASE_ID, event, snapshot))[0]
        assert "PLANTED" not in str(event)
