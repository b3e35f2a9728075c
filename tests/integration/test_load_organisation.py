"""`steward load-organisation`, as it is typed."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samples.generate import FOLDER
from services.dispatch.organisation.documents import DISPATCHERS, DUTIES, OFFERS, STEWARDS
from services.dispatch.organisation.files import UNITS as UNITS_FILE
from services.dispatch.organisation.repository import COLLECTIONS
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE, LOOP_SERVICES
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import REVISIONS
from shared.runtime.units import UNITS, load_units, units_revision
from steward.cli import main
from steward.databases import service_databases
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR

pytestmark = pytest.mark.servers

KINDS = (UNITS, STEWARDS, DISPATCHERS, DUTIES, OFFERS)


@pytest.fixture
def databases(servers: Stack) -> Iterator[dict[str, Mongo]]:
    """Of each service as its own user, and nothing of an organisation in them afterwards."""
    with service_databases(LOOP_SERVICES, None, str(servers.home.folder)) as databases:
        yield databases
        for db in databases.values():
            for name in COLLECTIONS:
                db.drop_collection(name)


def load(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["load-organisation", str(folder), *options])


def test_the_sample_is_loaded_into_the_stack_of_the_home(servers: Stack, databases: dict[str, Mongo]) -> None:
    first = load(FOLDER, "--home", str(servers.home.folder))
    again = load(FOLDER, "--home", str(servers.home.folder))
    stored = databases[DISPATCH]
    counts = [stored[kind.collection].count_documents({"retired": False}) for kind in KINDS]
    assert counts == [716, 256, 196, 674, 152]
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "1994" in row(first, "新增 added")
    assert "1994" in row(again, "未变 unchanged")
    for service in LOOP_SERVICES:
        assert "1" in row(again, f"版本 revision: {service}")


def test_every_service_has_the_units_and_only_dispatch_the_people(servers: Stack, databases: dict[str, Mongo]) -> None:
    load(FOLDER, "--home", str(servers.home.folder))
    of_dispatch = load_units(databases[DISPATCH])
    assert len(of_dispatch) == 716
    for service in (INTAKE, EVALUATION):
        assert dict(load_units(databases[service])) == dict(of_dispatch)
        assert set(databases[service].list_collection_names()) & set(COLLECTIONS) == {UNITS.collection, REVISIONS}


def test_a_unit_that_is_gone_is_retired_everywhere(
    servers: Stack, databases: dict[str, Mongo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URI", servers.addresses.mongo_uri(ADMINISTRATOR))
    smaller, code = without_its_last_unit(tmp_path)
    assert [load(folder).exit_code for folder in (FOLDER, smaller)] == [0, 0]
    for db in databases.values():
        assert code not in load_units(db)
        assert db["units"].count_documents({"_id": code, "retired": True}) == 1
        assert units_revision(db) == 2


def without_its_last_unit(folder: Path) -> tuple[Path, str]:
    """A copy of the sample, and the code of the building that is missing in it."""
    copy = Path(shutil.copytree(FOLDER, folder / "organisation"))
    units = json.loads((copy / UNITS_FILE).read_text(encoding="utf-8"))
    last = units["features"].pop()["properties"]
    assert last["level"] == "building"
    (copy / UNITS_FILE).write_text(json.dumps(units), encoding="utf-8")
    return copy, last["code"]


def row(result: Result, name: str) -> str:
    return next(line for line in result.output.splitlines() if name in line)


def test_every_problem_is_printed_and_nothing_is_loaded(
    servers: Stack, databases: dict[str, Mongo], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "organisation"))
    stewards = (folder / "stewards.csv").read_text(encoding="utf-8").splitlines()
    stewards[3] = stewards[3].replace("示例管家003", "")
    stewards[9] = stewards[9].replace("red_steward", "blue_steward")
    (folder / "stewards.csv").write_text("\n".join(stewards), encoding="utf-8")
    with (folder / "duties.csv").open("a", encoding="utf-8") as duties:
        duties.write("juggling,licheng,street,示例街道,示例清单\n")
    refused = load(folder, "--home", str(servers.home.folder))
    assert refused.exit_code == 1
    assert "stewards.csv:4: name: Must not be empty." in refused.output
    assert "stewards.csv:10: partner_kind: Must be one of" in refused.output
    assert "duties.csv:676: category: no category has the code juggling" in refused.output
    for db in databases.values():
        assert (db["units"].count_documents({}), units_revision(db)) == (0, 0)


def test_without_a_stack_it_says_what_to_do(tmp_path: Path) -> None:
    refused = load(FOLDER, "--home", str(tmp_path))
    assert refused.exit_code == 1
    assert "steward up" in refused.output
