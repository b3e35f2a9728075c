"""What analysts may read: the views and nothing else, each column as the documentation names it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from services.evaluation.analysis.rows import list_rows
from services.evaluation.analysis.views import VIEWS
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.actor import ANALYST, DISPATCHER, Actor
from shared.kernel.errors import Forbidden, Invalid
from shared.runtime.mongo import Mongo
from steward.stack import Stack
from steward.stack.database import VIEW_READER
from steward.stack.home import PROJECT
from steward.stack.users import ADMINISTRATOR
from tests.support.evaluation_documents import AT, as_analyst, evaluation, evaluation_database, rollup, units

pytestmark = pytest.mark.servers

UNAUTHORIZED = 13
SOURCES = ("evaluations", "rollups", "campaigns", "units")
BY = Actor("sample-analyst", ANALYST)
RESULT = {"subject": "company", "eligible": 10, "suppressed": False, "ballots": 8, "turnout": "80.00"}
ANSWERS = {"item": "cleaning", "satisfied": 8, "basically_satisfied": 0, "dissatisfied": 0, "satisfaction": "100.00"}
CAMPAIGN = {
    "_id": "campaign",
    "unit": "d",
    "name_zh": "示例定期评价",
    "period": {"start": "2026-07-01", "end": "2026-12-31"},
    "published_at": AT,
    "results": [{**RESULT, "by_item": [ANSWERS]}, {"subject": "grid", "eligible": 3, "suppressed": True}],
    "private": {"roll": [{"estate": "e", "representatives": ["representative-1"]}]},
}


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    """The evaluation database as its service writes it, with nothing in it before or after."""
    with evaluation_database(servers) as db:
        for name in SOURCES:
            db[name].drop()
        yield db
        for name in SOURCES:
            db[name].drop()


def rows(servers: Stack, view: str) -> list[dict[str, Any]]:
    with as_analyst(servers) as db:
        return list(db[view].find())


def test_a_case_is_shown_to_the_hour_and_down_to_the_grid(servers: Stack, db: Mongo) -> None:
    db["units"].insert_many(units())
    db["evaluations"].insert_one(evaluation(1))
    (row,) = rows(servers, "analysis_cases")
    assert [row[level] for level in ("district", "street", "community", "estate", "grid")] == ["d", "s", "c", "e", "g"]
    assert {row[name].minute for name in row if name.endswith(("_at", "_by"))} == {0}
    assert (row["handling_seconds"], row["in_time"], row["exempt"], row["serving_unit"]) == (61, True, False, "g")
    assert "g-1" not in row.values()


def test_a_case_without_an_order_or_a_known_place_is_a_row_too(servers: Stack, db: Mongo) -> None:
    bare = {"_id": "case-0", "alias": "a", "state": "void", "void_as": "rejected", "reported_at": AT}
    db["evaluations"].insert_many([bare, {"_id": "case-1", "state": "reported"}])
    (row,) = rows(servers, "analysis_cases")
    assert {name: value for name, value in row.items() if value is not None} == {
        "alias": "a",
        "state": "void",
        "void_as": "rejected",
        "reported_at": AT.replace(minute=0, second=0),
        "exempt": False,
    }


def test_of_each_reporter_the_last_rating_is_told_and_the_reporter_is_not(servers: Stack, db: Mongo) -> None:
    db["evaluations"].insert_one(evaluation(1))
    ratings = rows(servers, "analysis_ratings")
    assert [rating["is_last"] for rating in ratings] == [False, True, True]
    assert {rating["day"] for rating in ratings} == {"2026-11-01"}
    assert {key for rating in ratings for key in rating} == set(VIEWS["analysis_ratings"].names)


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ({"due": 5, "served": 5}, {"due": 5, "served": 5, "overdue": 0}),
        ({"due": 4, "served": 4}, {"due": None, "served": None, "overdue": None}),
        ({"due": 9, "served": 5}, {"due": 9, "served": None}),
        ({"due": 9, "overdue": 4, "served": 0}, {"due": 9, "overdue": None, "served": 0}),
        (
            {"ratings": 9, "satisfied": 5, "dissatisfied": 4},
            {"satisfied": None, "basically_satisfied": None},
        ),
        ({"handled": 4, "handling_seconds": 900}, {"handled": None, "handling_seconds": None}),
    ],
)
def test_small_counts_are_not_told_nor_what_they_could_be_reckoned_from(
    servers: Stack, db: Mongo, measures: dict[str, int], told: dict[str, int | None]
) -> None:
    db["rollups"].insert_one(rollup("all", "", **measures))
    (row,) = rows(servers, "analysis_indicators")
    assert {name: row[name] for name in told} == told


def test_cells_of_stewards_and_of_buildings_are_not_told(servers: Stack, db: Mongo) -> None:
    db["units"].insert_many(units())
    cells = [("steward", "steward-1"), ("place", "g-1"), ("unit", "g-1"), ("place", "g"), ("category", "cleaning")]
    db["rollups"].insert_many([rollup(by, of, reported=9) for by, of in cells])
    shown = {(row["by"], row["of"], row.get("level")) for row in rows(servers, "analysis_indicators")}
    assert shown == {("place", "g", "grid"), ("category", "cleaning", None)}


def test_of_campaigns_only_what_was_published_is_told(servers: Stack, db: Mongo) -> None:
    db["campaigns"].insert_many([{**CAMPAIGN, "state": "published"}, {**CAMPAIGN, "_id": "other", "state": "closed"}])
    results = rows(servers, "analysis_campaigns")
    assert [(row["campaign"], row["subject"], row["suppressed"]) for row in results] == [
        ("campaign", "company", False),
        ("campaign", "grid", True),
    ]
    assert (results[0]["turnout"], results[0]["satisfied"]) == (80.0, 8)
    assert "ballots" not in results[1]


def test_units_are_told_down_to_the_grid(servers: Stack, db: Mongo) -> None:
    db["units"].insert_many(units())
    assert [unit["code"] for unit in rows(servers, "analysis_units")] == ["d", "s", "c", "e", "g"]


def test_the_analyst_reads_views_and_nothing_else(servers: Stack, db: Mongo) -> None:
    db["evaluations"].insert_one(evaluation(1))
    with as_analyst(servers) as own:
        for view in VIEWS:
            own[view].find_one()
        for name in (*SOURCES, "rules", "ballots", "system.views", "system.profile"):
            with pytest.raises(OperationFailure) as refusal:
                own[name].find_one()
            assert refusal.value.code == UNAUTHORIZED, name
        for service in (INTAKE, DISPATCH, "admin", "local"):
            with pytest.raises(OperationFailure):
                own.client[service]["reports"].find_one()
        with pytest.raises(OperationFailure):
            list(own["analysis_cases"].aggregate([{"$lookup": {"from": "evaluations", "as": "all", "pipeline": []}}]))
        with pytest.raises(OperationFailure):
            list(own["analysis_cases"].aggregate([{"$unionWith": "evaluations"}]))
        with pytest.raises(OperationFailure):
            own["analysis_cases"].insert_one({})
        with pytest.raises(OperationFailure):
            own.command("collMod", "analysis_cases", viewOn="evaluations", pipeline=[])


def test_provisioning_repairs_what_older_code_left(servers: Stack, db: Mongo) -> None:
    """A role that reads all, and a view that shows all; done once more, nothing changes."""
    servers.provision()
    wanted = list(db.list_collections(filter={"type": "view"}))
    administrator: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(ADMINISTRATOR))
    with administrator as client:
        evaluation_db = client[EVALUATION]
        evaluation_db.command("collMod", "analysis_cases", viewOn="evaluations", pipeline=[])
        evaluation_db.drop_collection("analysis_units")
        everything = {"resource": {"db": EVALUATION, "collection": ""}, "actions": ["find"]}
        evaluation_db.command("updateRole", VIEW_READER, privileges=[everything], roles=[])
        client.admin.command("updateUser", "analyst", roles=[{"role": "read", "db": EVALUATION}])
    for _ in range(2):
        servers.provision()
        by_name = {view["name"]: view for view in db.list_collections(filter={"type": "view"})}
        assert by_name == {view["name"]: view for view in wanted}
        with as_analyst(servers) as own, pytest.raises(OperationFailure):
            own["evaluations"].find_one()


def test_rows_come_page_by_page_each_once_whatever_comes_meanwhile(servers: Stack, db: Mongo) -> None:
    db["evaluations"].insert_many([evaluation(number) for number in range(5)])
    first = list_rows(db, BY, 2)
    db["evaluations"].insert_one(evaluation(9))
    seen, after = first["items"], first["after"]
    while after:
        page = list_rows(db, BY, 2, after)
        seen, after = seen + page["items"], page["after"]
    assert [row["alias"] for row in seen] == [f"{number:032x}" for number in (0, 1, 2, 3, 4, 9)]
    assert set(seen[0]) == set(VIEWS["analysis_cases"].names)
    assert "case-" not in str(first["after"])


def test_rows_are_for_analysts_and_cursors_for_their_own_list(servers: Stack, db: Mongo) -> None:
    with pytest.raises(Forbidden):
        list_rows(db, Actor("sample-dispatcher", DISPATCHER, "d"), 2)
    for nonsense in ("!", "bnVsbA", "eyIkZ3QiOiIifQ"):
        with pytest.raises(Invalid):
            list_rows(db, BY, 2, nonsense)


def test_a_period_is_of_days_in_beijing(servers: Stack, db: Mongo) -> None:
    db["evaluations"].insert_many([evaluation(number) for number in (14, 15, 16)])  # a second to midnight, and later
    day = AT.date()
    assert len(list_rows(db, BY, 9, end=day)["items"]) == 1
    assert len(list_rows(db, BY, 9, start=day.replace(day=2))["items"]) == 2


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_documentation_names_every_column_and_no_other(view: Any) -> None:
    text = (PROJECT / "docs/analysis.md").read_text(encoding="utf-8")
    section = text.split(f"### {view.name}\n")[1].split("\n#")[0]
    documented = re.findall(r"^\| `(\w+)` \| ([\w/]+) \|", section, re.MULTILINE)
    assert documented == [(column.name, column.kind.value) for column in view.columns]
