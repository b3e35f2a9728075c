"""`steward load-organisation`, as it is typed."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from samples.generate import FOLDER
from services.dispatch.organisation.documents import DISPATCHERS, DUTIES, OFFERS, STEWARDS
from services.dispatch.organisation.repository import COLLECTIONS
from shared.runtime.units import UNITS
from steward.cli import main
from steward.stack import Stack

pytestmark = pytest.mark.servers

KINDS = (UNITS, STEWARDS, DISPATCHERS, DUTIES, OFFERS)


def load(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["load-organisation", str(folder), *options])


def test_the_sample_is_loaded_into_the_stack_of_the_home(servers: Stack) -> None:
    first = load(FOLDER, "--home", str(servers.home.folder))
    again = load(FOLDER, "--home", str(servers.home.folder))
    with MongoClient(servers.addresses.mongo_uri("dispatch")) as client:  # type: ignore[var-annotated]
        db = client.get_default_database()
        counts = [db[kind.collection].count_documents({"retired": False}) for kind in KINDS]
        for name in COLLECTIONS:
            db.drop_collection(name)
    assert counts == [716, 256, 196, 674, 152]
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "1994" in row(first, "新增 added")
    assert "1994" in row(again, "未变 unchanged")
    assert "1" in row(again, "版本 revision")


def row(result: Result, name: str) -> str:
    return next(line for line in result.output.splitlines() if name in line)


def test_every_problem_is_printed_and_nothing_is_loaded(servers: Stack, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "organisation"))
    stewards = (folder / "stewards.csv").read_text(encoding="utf-8").splitlines()
    stewards[3] = stewards[3].replace("示例管家003", "")
    stewards[9] = stewards[9].replace("red_steward", "blue_steward")
    (folder / "stewards.csv").write_text("\n".join(stewards), encoding="utf-8")
    with (folder / "duties.csv").open("a", encoding="utf-8") as duties:
        duties.write("juggling,licheng,street,示例街道,示例清单\n")
    refused = load(folder, "--mongo-uri", servers.addresses.mongo_uri("dispatch"))
    assert refused.exit_code == 1
    assert "stewards.csv:4: name: Must not be empty." in refused.output
    assert "stewards.csv:10: partner_kind: Must be one of" in refused.output
    assert "duties.csv:676: category: no category has the code juggling" in refused.output
    with MongoClient(servers.addresses.mongo_uri("dispatch")) as client:  # type: ignore[var-annotated]
        assert client.get_default_database()["units"].count_documents({}) == 0


def test_without_a_stack_it_says_what_to_do(tmp_path: Path) -> None:
    refused = load(FOLDER, "--home", str(tmp_path))
    assert refused.exit_code == 1
    assert "steward up" in refused.output
