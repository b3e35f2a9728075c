"""Documents are what their histories say: after a replay all are, and what is not is found, and put right."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from steward.cli import main
from steward.healing.actions import REPAIR, REPUBLISH
from steward.healing.rebuilding import Rebuilder
from steward.healing.workplace import Workplace
from steward.stack import Stack
from steward.stack.journals import JOURNALS
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from tests.support.walk import wait_for_units

pytestmark = pytest.mark.servers

SAMPLE = Path("samples/licheng")
REPORTS = 40
Client = MongoClient[dict[str, Any]]


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack through which some cases have gone, to the end."""
    home = tmp_path_factory.mktemp("rebuild")
    settings = {"RATING_WINDOW": "3s"}
    with Stack(home).running(free_ports=True, settings=settings) as stack:
        assert run(stack, "load-organisation", str(SAMPLE)).exit_code == 0
        wait_for_units(stack)
        rows = (SAMPLE / "reports.jsonl").read_text(encoding="utf-8").splitlines()[:REPORTS]
        (home / "some.jsonl").write_text("\n".join(rows), encoding="utf-8")
        done = run(stack, "replay", str(home / "some.jsonl"), "--clients", "4", "--wait-expiry", "60")
        assert done.exit_code == 0, done.output
        yield stack


@pytest.fixture
def administrator(replayed: Stack) -> Iterator[Client]:
    """Who can plant what no service would write."""
    client: Client = MongoClient(replayed.addresses.mongo_uri(ADMINISTRATOR), tz_aware=True)
    with client:
        yield client


def run(stack: Stack, *arguments: str) -> Result:
    environment = {"COLUMNS": "300", "AMQP_URI": "", "MONGO_URI": ""}
    return CliRunner().invoke(main, [*arguments, "--home", str(stack.home.folder)], env=environment)


@pytest.mark.parametrize("service", JOURNALS)
def test_after_a_replay_every_document_is_what_its_history_says(replayed: Stack, service: str) -> None:
    database = Workplace(str(replayed.home.folder)).database(service)
    rebuilder = Rebuilder(database, JOURNALS[service][0])
    found = list(rebuilder.look())
    assert len(found) == rebuilder.count() == REPORTS
    assert found == [None] * REPORTS
    told = run(replayed, "rebuild", service)
    assert (told.exit_code, f"All {REPORTS} documents" in told.output) == (0, True)


PLANTED = [
    (INTAKE, "reports", {"$set": {"state": "withdrawn"}}, "state"),
    (INTAKE, "reports", {"$unset": {"category": ""}}, "category"),
    (DISPATCH, "work_orders", {"$set": {"version": 99}}, "version"),
    (DISPATCH, "work_orders", {"$set": {"assignee": "nobody"}}, "assignee"),
    (EVALUATION, "evaluations", {"$set": {"invented": {"a": [1]}}}, "invented"),
    (EVALUATION, "evaluations", {"$set": {"ratings": []}}, "ratings"),
]


@pytest.mark.parametrize(("service", "collection", "change", "field"), PLANTED)
def test_what_was_planted_is_found_and_put_right(
    replayed: Stack, administrator: Client, service: str, collection: str, change: dict[str, Any], field: str
) -> None:
    documents = administrator[service][collection]
    of_substance = {"ratings.0": {"$exists": True}} if field == "ratings" else {}
    before = documents.find_one(of_substance, {"uncounted": 0, "counted": 0})
    assert before
    documents.update_one({"_id": before["_id"]}, change)

    told = run(replayed, "rebuild", service)
    assert told.exit_code == 1
    assert f"{before['_id']}: {field} (" in told.output
    assert "not repaired" in told.output

    repaired = run(replayed, "rebuild", service, "--case", before["_id"], "--repair", "--by", "sample-operator")
    assert repaired.exit_code == 0, repaired.output
    assert documents.find_one({"_id": before["_id"]}, {"uncounted": 0, "counted": 0}) == before
    (action,) = Workplace(str(replayed.home.folder)).actions.latest(1, REPAIR)
    assert (action.who, action.about["case_id"], action.about["fields"]) == ("sample-operator", before["_id"], field)
    assert run(replayed, "rebuild", service).exit_code == 0


def test_what_a_repair_overwrites_is_kept(replayed: Stack, administrator: Client) -> None:
    documents = administrator[INTAKE]["reports"]
    (case,) = documents.find({}, {"_id": 1}).limit(1)
    documents.update_one(case, {"$set": {"state": "withdrawn", "invented": 1}})
    assert run(replayed, "rebuild", INTAKE, "--repair").exit_code == 0
    actions = Workplace(str(replayed.home.folder)).actions
    (latest,) = actions.latest(1, REPAIR)
    whole = actions.find(latest.action_id)
    assert whole
    assert whole.kept == {"was": {"state": "withdrawn", "invented": 1}}


def test_a_case_that_has_moved_on_meanwhile_is_not_put_back(replayed: Stack, administrator: Client) -> None:
    documents = administrator[INTAKE]["reports"]
    whole = documents.find_one()
    assert whole
    documents.update_one({"_id": whole["_id"]}, {"$set": {"state": "withdrawn"}})
    rebuilder = Rebuilder(Workplace(str(replayed.home.folder)).database(INTAKE), JOURNALS[INTAKE][0])
    (found,) = rebuilder.look(whole["_id"])
    assert found
    documents.update_one({"_id": whole["_id"]}, {"$set": {"version": whole["version"] + 1}})
    assert not rebuilder.repair(found)
    documents.replace_one({"_id": whole["_id"]}, whole)


def test_a_history_with_a_gap_proves_nothing(replayed: Stack, administrator: Client) -> None:
    documents = administrator[INTAKE]["reports"]
    whole = documents.find_one({"version": {"$gte": 3}})
    assert whole
    documents.update_one({"_id": whole["_id"]}, {"$pull": {"history": {"sequence": 2}}})
    told = run(replayed, "rebuild", INTAKE, "--repair")
    assert told.exit_code == 1
    assert "not whole" in told.output
    assert documents.find_one({"_id": whole["_id"]}, {"history": 0}) == {
        name: value for name, value in whole.items() if name != "history"
    }
    documents.replace_one({"_id": whole["_id"]}, whole)


def test_an_operator_neither_adds_nor_removes_a_case(replayed: Stack) -> None:
    cases = Workplace(str(replayed.home.folder)).database(INTAKE)["reports"]
    for change in (lambda: cases.insert_one({}), lambda: cases.delete_one({}), lambda: cases.create_index("x")):
        with pytest.raises(OperationFailure, match="not authorized"):
            change()


def test_what_is_told_again_changes_nothing_and_is_told_to_all(replayed: Stack, administrator: Client) -> None:
    """All that intake ever said, once more: its outbox empties, and dispatch and evaluation stay as they are."""
    heard = [administrator[DISPATCH]["work_orders"], administrator[EVALUATION]["evaluations"]]
    before = [list(collection.find({}, {"version": 1}).sort("_id")) for collection in heard]
    told = run(replayed, "republish", "--service", INTAKE, "--yes", "--reason", "示例原因")
    assert told.exit_code == 0, told.output
    assert f"again {REPORTS}" in told.output
    (action,) = Workplace(str(replayed.home.folder)).actions.latest(1, REPUBLISH)
    assert (action.service, action.why, action.about["documents"]) == (INTAKE, "示例原因", REPORTS)
    assert run(replayed, "audit", "--wait", "30").exit_code == 0
    assert [list(collection.find({}, {"version": 1}).sort("_id")) for collection in heard] == before


def test_what_a_consumer_has_lost_comes_back_by_telling_it_again(replayed: Stack, administrator: Client) -> None:
    evaluations = administrator[EVALUATION]["evaluations"]
    lost = evaluations.find_one_and_delete({"state": "settled"})
    assert lost
    assert run(replayed, "republish", "--case", lost["_id"]).exit_code == 0
    wait_until(lambda: evaluations.find_one({"_id": lost["_id"], "round": 1}) is not None, 30, "it did not come back")
    evaluations.replace_one({"_id": lost["_id"]}, lost)
    for told in (administrator[INTAKE]["reports"], administrator[DISPATCH]["work_orders"]):
        wait_until(partial(_is_all_published, told), 30, "not everything is told again")


def _is_all_published(cases: Collection[dict[str, Any]]) -> bool:
    return cases.find_one({"unpublished": {"$exists": True}}) is None


def test_a_republish_that_says_nothing_or_is_not_confirmed_does_nothing(replayed: Stack) -> None:
    assert "--service" in run(replayed, "republish").output
    assert run(replayed, "republish", "--service", INTAKE).exit_code != 0
    assert "no such events" in run(replayed, "republish", "--case", "nothing").output
