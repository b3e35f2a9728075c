"""Every account of the database does what its roles say, and nothing else that there is to do.

The accounts are those of `steward.stack.users`, the databases those of `steward.stack.database`, what the roles say is
asked of the server: a new account, role or database is tried without a line here. What the roles themselves may never
say is `CHANGED_BY` and what follows it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import OperationFailure

from shared.contracts import actions, looks
from shared.contracts.topology import EVALUATION, GATEWAY, INTAKE, LOOP_SERVICES, SERVICES
from steward.stack import Stack
from steward.stack.database import DATABASES, UNAUTHORIZED
from steward.stack.users import ADMINISTRATOR, ANALYST, AUDITOR, BACKUP, DATABASE_USERS, OPERATOR
from tests.support.granted import Granted, granted_to

pytestmark = pytest.mark.servers

Client = MongoClient[dict[str, Any]]

INTRUDER, NOBODYS = "intruder", "nobodys"
ABSENT = {"_id": "absent"}
SYSTEM = {"admin": ("system.users", "system.roles"), "local": ("oplog.rs",), "config": ("system.sessions",)}

HARMLESS: dict[str, Callable[[Collection[dict[str, Any]]], object]] = {
    "find": lambda place: place.find_one(ABSENT),
    "insert": lambda place: place.insert_one({"_id": INTRUDER}),
    "update": lambda place: place.update_many(ABSENT, {"$set": {INTRUDER: 1}}),
    "remove": lambda place: place.delete_many(ABSENT),
    "changeStream": lambda place: place.watch().close(),
    "listIndexes": lambda place: list(place.list_indexes()),
    "collStats": lambda place: place.database.command("collStats", place.name),
}
"""By what a role calls it; tried on every collection, as it changes nothing but adds the intruder."""
HARMFUL: dict[str, Callable[[Collection[dict[str, Any]]], object]] = {
    "createIndex": lambda place: place.create_index(INTRUDER),
    "dropIndex": lambda place: place.drop_index(f"{INTRUDER}_1"),
    "collMod": lambda place: place.database.command("collMod", place.name, validationLevel="off"),
    "convertToCapped": lambda place: place.database.command("convertToCapped", place.name, size=4096),
    "dropCollection": lambda place: place.drop(),
}
"""Tried on a collection that is nobody's."""

CHANGED_BY = {
    **{database: {database} for database in (*SERVICES, GATEWAY)},
    **{database: {database, OPERATOR} for database in LOOP_SERVICES},
    looks.DATABASE: {INTAKE},
    actions.DATABASE: {OPERATOR},
}
REMOVED_BY = {
    **{database: {database} for database in (*SERVICES, GATEWAY)},
    looks.DATABASE: set[str](),
    actions.DATABASE: set[str](),
}
"""What was looked at, and what was done, is not forgotten."""

every_account = pytest.mark.parametrize("user", DATABASE_USERS)


@pytest.fixture(scope="module")
def administrator(servers: Stack) -> Iterator[Client]:
    with Client(servers.addresses.mongo_uri(ADMINISTRATOR)) as client:
        yield client
        for database in (*DATABASES, NOBODYS):
            client[database].drop_collection(NOBODYS)
            for name in client[database].list_collection_names(filter={"type": "collection"}):
                if not name.startswith("system."):
                    client[database][name].delete_many({"_id": INTRUDER})


@pytest.fixture
def granted(administrator: Client, user: str) -> Granted:
    return granted_to(administrator, user)


@pytest.fixture
def intruder(servers: Stack, user: str) -> Iterator[Client]:
    with Client(servers.addresses.mongo_uri(user)) as client:
        yield client


def is_let(attempt: Callable[[], object]) -> bool:
    """Whether it was tried; what the server then says about the attempt is another matter."""
    try:
        attempt()
    except OperationFailure as failure:
        return failure.code != UNAUTHORIZED
    return True


@every_account
@pytest.mark.parametrize("database", [*DATABASES, NOBODYS, *SYSTEM])
def test_it_does_what_its_roles_say(
    administrator: Client, intruder: Client, granted: Granted, user: str, database: str
) -> None:
    there = administrator[database].list_collection_names() if database in DATABASES else []
    for name in (NOBODYS, *there, *SYSTEM.get(database, ())):
        for action, attempt in (HARMLESS | HARMFUL if name == NOBODYS else HARMLESS).items():
            place = intruder[database][name]
            assert is_let(lambda: attempt(place)) == granted.may(action, database, name), (action, name)  # noqa: B023


@every_account
@pytest.mark.parametrize(
    "command",
    [
        {"createUser": INTRUDER, "pwd": INTRUDER, "roles": []},
        {"updateUser": "{user}", "pwd": INTRUDER},
        {"grantRolesToUser": "{user}", "roles": ["root"]},
        {"createRole": INTRUDER, "privileges": [], "roles": ["root"]},
        {"usersInfo": 1},
        {"rolesInfo": 1, "showPrivileges": True},
        {"getCmdLineOpts": 1},
        {"getLog": "global"},
        {"getParameter": "*"},
        {"setParameter": 1, "quiet": True},
        {"serverStatus": 1},
        {"hostInfo": 1},
        {"currentOp": 1},
        {"killOp": 1, "op": 1},
        {"killAllSessions": []},
        {"fsync": 1},
        {"logRotate": 1},
        {"replSetGetStatus": 1},
        {"replSetGetConfig": 1},
        {"replSetFreeze": 0},
        {"applyOps": [{"op": "i", "ns": f"admin.{NOBODYS}", "o": {"_id": INTRUDER}}]},
        {"renameCollection": f"{EVALUATION}.{NOBODYS}", "to": f"{INTAKE}.{NOBODYS}"},
    ],
    ids=lambda command: next(iter(command)),
)
def test_it_administers_nothing(intruder: Client, user: str, command: dict[str, Any]) -> None:
    said = {name: value.format(user=user) if isinstance(value, str) else value for name, value in command.items()}
    assert not is_let(lambda: intruder.admin.command(said))


@every_account
def test_it_drops_no_database_but_its_own(intruder: Client, user: str) -> None:
    for database in {*DATABASES, NOBODYS, *SYSTEM} - {user}:
        assert not is_let(lambda: intruder.drop_database(database)), database  # noqa: B023


@every_account
def test_it_learns_of_no_database_that_it_may_not_read(intruder: Client, granted: Granted, user: str) -> None:
    assert all(granted.does(database, "find") for database in intruder.list_database_names())


@every_account
def test_its_pipelines_lead_nowhere_else(administrator: Client, intruder: Client, granted: Granted, user: str) -> None:
    own = next(database for database in DATABASES if granted.does(database, "find"))
    source = next((name for name in administrator[own].list_collection_names() if granted.may("find", own, name)), "x")
    for database in set(DATABASES) - {user}:
        for stage in (
            {"$out": {"db": database, "coll": NOBODYS}},
            {"$merge": {"into": {"db": database, "coll": NOBODYS}}},
        ):
            assert not is_let(lambda: intruder[own][source].aggregate([{"$limit": 1}, stage])), (database, stage)  # noqa: B023


@pytest.mark.parametrize("database", DATABASES)
def test_who_changes_and_who_removes_anything_there_at_all(administrator: Client, database: str) -> None:
    known = {user: granted_to(administrator, user) for user in DATABASE_USERS}
    assert {user for user, one in known.items() if one.does(database, "insert", "update")} == CHANGED_BY[database]
    removing = {user for user, one in known.items() if one.does(database, "remove", "dropCollection")}
    assert removing == REMOVED_BY[database]


def test_who_reads_what_people_have_said(administrator: Client) -> None:
    reading = {user for user in DATABASE_USERS if granted_to(administrator, user).may("find", INTAKE, "reports")}
    assert reading == {INTAKE, AUDITOR, OPERATOR, BACKUP}


def test_an_analyst_reads_views_and_no_collection(administrator: Client) -> None:
    granted = granted_to(administrator, ANALYST)
    views = set(administrator[EVALUATION].list_collection_names(filter={"type": "view"}))
    read = {resource["collection"] for resource, action in granted.actions()}
    assert read <= views
    assert {action for _, action in granted.actions()} == {"find"}
