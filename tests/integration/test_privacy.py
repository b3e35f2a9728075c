"""Nothing that anybody said of anybody, and nobody's id, is in what analysts get; and in the end it is nowhere.

A new way to the data is a row of SOURCES. In what operators get, logs and figures, it has never been.
"""

import io
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from bson import encode
from click.testing import CliRunner

from services.evaluation.analysis.views import VIEWS
from services.evaluation.indicators.counting import EVALUATIONS
from services.intake.contacts import SEALED
from shared.contracts.topology import DISPATCH, LOOP_SERVICES, events_exchange
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.case import Event
from shared.kernel.worktime import BEIJING
from shared.runtime.clock import now
from shared.runtime.messages import Publication
from shared.runtime.messages import encode as written
from shared.runtime.mongo import connect
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.cli import main
from steward.stack import Stack
from steward.stack.services import PROCESSES
from steward.stack.users import AUDITOR
from steward.stack.waiting import wait_until
from tests.support.confession import Confession
from tests.support.evaluation_documents import as_analyst, evaluation_database
from tests.support.http import Person
from tests.support.planting import MARKS, found_in, mark, places
from tests.support.walk import load_district

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)
    parquet = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.servers

Source = Callable[[Stack, Path], bytes]
SECONDS = 30
SLEEP = "function() { sleep(150); return true; }"
"""Longer than the 100 ms from which mongod would log an operation with all that it asks for."""
WORDS = (b"street_lights", b"rejected")
MONTH = f"{datetime.now(BEIJING):%Y-%m}"


def view(name: str) -> Source:
    return lambda stack, _: rows_of(stack, name)


def http(path: str) -> Source:
    return lambda stack, _: unpacked(get(stack, path))


def exported(name: str, format_: str) -> Source:
    return lambda stack, folder: unpacked(export(stack, folder, name, format_))


SOURCES: dict[str, Source] = {
    **{f"view {name}": view(name) for name in VIEWS},
    **{f"{format_} of {name}": exported(name, format_) for name in VIEWS for format_ in ("csv", "xlsx", "parquet")},
    **{path: http(path) for path in ("/analysis/evaluations?format=json", "/analysis/evaluations?format=csv")},
    **{
        path: http(path)
        for by in ("street", "grid", "category", "unit", "partner_kind")
        for format_ in ("json", "csv", "xlsx")
        for path in (f"/indicators?by={by}&start={MONTH}&format={format_}",)
    },
    **{path: http(path) for path in (f"/reports/monthly?month={MONTH}", f"/reports/monthly?month={MONTH}&format=xlsx")},
    "/campaigns": http("/campaigns"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("privacy")).running(free_ports=True) as stack:
        load_district(stack)
        yield stack


@dataclass(frozen=True)
class Evidence:
    """All that there was to be read while nothing was erased."""

    told: Confession
    databases: bytes
    given: dict[str, bytes]
    figures: list[bytes]
    logs: bytes
    metrics: bytes


@pytest.fixture(scope="module")
def evidence(home: Stack, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    told = Confession(home)
    told.carry_out()
    provoke(home)
    wait_until(lambda: is_counted(home), SECONDS, "not everything is counted")
    folder = tmp_path_factory.mktemp("exports")
    given = {name: source(home, folder) for name, source in SOURCES.items()}
    return Evidence(told, whole_databases(home), given, figures(home), logs(home), metrics(home))


@pytest.fixture(scope="module")
def erased(home: Stack, evidence: Evidence) -> Iterator[Stack]:
    """The same stack, started again with a retention that is over at once."""
    home.down()
    with home.running(settings={"RETENTION": "1s"}):
        wait_until(lambda: not found_in(whole_databases(home), MARKS), SECONDS, "personal data are still there")
        yield home


def is_counted(stack: Stack) -> bool:
    with evaluation_database(stack) as db:
        return db[EVALUATIONS].find_one({"uncounted": {"$exists": True}}) is None


def rows_of(stack: Stack, name: str) -> bytes:
    with as_analyst(stack) as db:
        return b"".join(encode(row) for row in db[name].find())


def get(stack: Stack, path: str) -> bytes:
    answer = Person(stack, ANALYST).get(path)
    assert answer.status_code == 200, answer.text
    return answer.content


def export(stack: Stack, folder: Path, name: str, format_: str) -> bytes:
    output = folder / f"file.{format_}"
    options = ["--view", name, "--format", format_, "--output", str(output), "--home", str(stack.home.folder)]
    done = CliRunner().invoke(main, ["export", *options])
    assert done.exit_code == 0, done.output
    return output.read_bytes()


def unpacked(content: bytes) -> bytes:
    """What a reader sees: of a workbook its parts, of Parquet its columns and what is written about them."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    if content.startswith(b"PAR1"):
        file = parquet.ParquetFile(io.BytesIO(content))
        return f"{file.read().to_pylist()} {file.schema_arrow} {file.metadata.metadata}".encode()
    return content


def whole_databases(stack: Stack) -> bytes:
    """Every document of all three services, history and all."""
    content = b""
    for service in LOOP_SERVICES:
        db = connect(stack.addresses.mongo_uri(AUDITOR, service), service)
        with db.client:
            for found in db.list_collections(filter={"type": "collection"}):
                if not found["name"].startswith("system."):
                    content += b"".join(encode(document) for document in db[found["name"]].find())
    return content


def provoke(stack: Stack) -> None:
    """What is said in error: events that nobody can read or apply, a request that is none, a slow question."""
    words, reporter = mark("reports", "submit", "text"), mark("reports", "submit", "contact_name")
    at = now()
    event = Event(1, "WorkStarted", "start", "in_progress", at, Actor(reporter, "system"))
    snapshot = {"reporter": reporter, "category": words, "opened_at": at, "rounds": [{"started_at": at}]}
    body, headers = written(DISPATCH, Publication(str(uuid4()), event, snapshot))
    broken = json.dumps({"case_id": words, "snapshot": {"reporter": reporter}}).encode()
    letters = [Letter(events_exchange(DISPATCH), "WorkStarted", said, headers, "provoked") for said in (body, broken)]
    publisher = ConfirmedPublisher(stack.addresses.amqp_uri(DISPATCH))
    assert publisher.publish(letters) == set()
    publisher.close()
    log = stack.home.logs / "intake.log"
    wait_until(lambda: log.read_text(encoding="utf-8").count("after attempt") >= 2, SECONDS, "nothing went wrong")
    assert Person(stack, ANALYST).post("/reports", {"text": words, "position": reporter}).status_code in (403, 422)
    with evaluation_database(stack) as db:
        assert db[EVALUATIONS].find_one({"words": {"$ne": words}, "$where": SLEEP})


def logs(stack: Stack) -> bytes:
    """Of every process, the servers too."""
    return b"".join(path.read_bytes() for path in stack.home.logs.iterdir())


def metrics(stack: Stack) -> bytes:
    """What every process tells Prometheus."""
    asked = (requests.get(f"{stack.addresses.probe(process)}/metrics", timeout=10) for process in PROCESSES)
    return b"".join(answer.content for answer in asked)


def figures(stack: Stack) -> list[bytes]:
    """All that analysts count."""
    return sorted(rows_of(stack, name) for name in VIEWS)


def test_something_is_planted_in_every_field_and_the_scan_finds_all_but_what_is_sealed(evidence: Evidence) -> None:
    assert MARKS.keys() == places()
    readable = {place for place in MARKS if place[2] not in (*SEALED, "on_behalf_of.name")}
    assert found_in(evidence.databases, MARKS) == readable
    assert found_in(evidence.databases, evidence.told.subjects) == evidence.told.subjects.keys()


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_in_nothing_that_analysts_get(evidence: Evidence, source: str) -> None:
    assert found_in(evidence.given[source], {**MARKS, **evidence.told.subjects}) == set()


@pytest.mark.parametrize("source", [name for name in SOURCES if "analysis_cases" in name or "evaluations" in name])
def test_the_cases_are_in_what_analysts_get(evidence: Evidence, source: str) -> None:
    """Else there would be nothing to find in them."""
    assert [word for word in WORDS if word not in evidence.given[source]] == []


def test_it_is_in_nothing_that_operators_get(evidence: Evidence) -> None:
    """Also not where something went wrong, which the logs do tell of."""
    assert b"after attempt" in evidence.logs
    assert b"steward_commands_total" in evidence.metrics
    assert found_in(evidence.logs, MARKS) == set()
    people = {who: who for who in evidence.told.subjects if who not in evidence.told.case_ids}
    assert found_in(evidence.metrics, {**MARKS, **evidence.told.subjects}) == set()
    assert found_in(evidence.logs, people) == set()


def test_every_line_of_a_process_is_json_with_the_ids_to_find_the_rest_by(home: Stack, evidence: Evidence) -> None:
    for process in PROCESSES:
        lines = (home.home.logs / f"{process}.log").read_text(encoding="utf-8").splitlines()
        read = [json.loads(line) for line in lines]
        assert {"time", "level", "logger", "message"} <= set.intersection(*(set(line) for line in read))
        assert {line.get("service", process) for line in read} == {process}
    failed = [json.loads(line) for line in evidence.logs.splitlines() if b"after attempt" in line]
    assert all(line["event_id"] == "provoked" for line in failed)
    assert all(line["trace_id"] == line["case_id"].replace("-", "") for line in failed)


def test_what_was_said_is_nowhere_any_more_and_who_acted_is_known(erased: Stack, evidence: Evidence) -> None:
    content = whole_databases(erased)
    assert found_in(content, MARKS) == set()
    assert found_in(content, evidence.told.subjects) == evidence.told.subjects.keys()


def test_no_figure_has_changed(erased: Stack, evidence: Evidence) -> None:
    assert figures(erased) == evidence.figures


def test_an_erased_case_is_shown_and_takes_no_step(erased: Stack, evidence: Evidence) -> None:
    _, closed = evidence.told.case_ids
    assert evidence.told.resident.case(closed)["report"]["erased_at"]
    for path, body in ((f"/orders/{closed}/rework", {"reason": "示例"}), (f"/reports/{closed}/ask", {"question": "?"})):
        refused = evidence.told.head.post(path, body)
        assert (refused.status_code, "已清除" in refused.json()["detail"]) == (410, True), refused.text
