"""Nothing that anybody said of anybody, and nobody's id, is in what analysts get; and in the end it is nowhere.

A new way to the data is a row of SOURCES.
"""

import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from bson import encode
from click.testing import CliRunner

from services.evaluation.analysis.views import VIEWS
from services.evaluation.indicators.counting import EVALUATIONS
from services.intake.contacts import SEALED
from shared.contracts.topology import LOOP_SERVICES
from shared.kernel.actor import ANALYST
from shared.kernel.worktime import BEIJING
from shared.runtime.mongo import connect
from steward.cli import main
from steward.stack import Stack
from steward.stack.users import AUDITOR
from steward.stack.waiting import wait_until
from tests.support.confession import Confession
from tests.support.evaluation_documents import as_analyst, evaluation_database
from tests.support.http import Person
from tests.support.planting import MARKS, found_in, places
from tests.support.walk import load_district

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)
    parquet = pytest.importorskip("pyarrow.parquet")

pytestmark = pytest.mark.servers

Source = Callable[[Stack, Path], bytes]
SECONDS = 30
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


@pytest.fixture(scope="module")
def evidence(home: Stack, tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    told = Confession(home)
    told.carry_out()
    wait_until(lambda: is_counted(home), SECONDS, "not everything is counted")
    folder = tmp_path_factory.mktemp("exports")
    given = {name: source(home, folder) for name, source in SOURCES.items()}
    return Evidence(told, whole_databases(home), given, figures(home))


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
