"""A backup is of one moment in all databases, whatever is written meanwhile; or there is none, and it is said why."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import bson
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from shared.contracts.topology import FEED, INTAKE
from shared.runtime.mongo import DURABLE
from steward.backup.contents import Namespace
from steward.backup.errors import BackupError
from steward.backup.files import file_of, read_part
from steward.backup.manifest import MANIFEST, Manifest, Part
from steward.backup.snapshot import WINDOW
from steward.backup.taking import take_backup
from steward.stack import Stack
from steward.stack.database import DATABASES
from steward.stack.users import ADMINISTRATOR, BACKUP

pytestmark = pytest.mark.servers

FIRST, SECOND = Namespace(INTAKE, "test_first"), Namespace(FEED, "test_second")
LATE = Namespace("pictures", "test_late")


@pytest.fixture
def client(servers: Stack) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient(servers.addresses.mongo_uri(ADMINISTRATOR)) as client:
        yield client
        for database, collection in (FIRST, SECOND, LATE):
            client[database].drop_collection(collection)


@pytest.fixture
def backup_uri(servers: Stack) -> str:
    return servers.addresses.mongo_uri(BACKUP, "admin")


def durable(client: MongoClient[dict[str, Any]], namespace: Namespace) -> Any:
    return client[namespace.database].get_collection(namespace.collection, write_concern=DURABLE)


def documents(folder: Path, manifest: Manifest, namespace: Namespace) -> list[Any]:
    part = next(part for part in manifest.parts if part.namespace == namespace)
    return [bson.decode(document.raw)["_id"] for document in read_part(folder, part)]


def test_what_was_written_first_is_there_if_what_was_written_after_it_is(
    client: MongoClient[dict[str, Any]], backup_uri: str, tmp_path: Path
) -> None:
    """The second database is read long after the first: only one moment for both keeps them together."""
    enough = Event()
    first, second = (
        client[one.database].get_collection(one.collection, write_concern=DURABLE) for one in (FIRST, SECOND)
    )
    first.insert_one({"_id": 0})
    second.insert_one({"_id": 0})

    def write() -> None:
        number = 0
        while not enough.is_set():
            number += 1
            first.insert_one({"_id": number})
            second.insert_one({"_id": number})

    writer = Thread(target=write)
    writer.start()
    try:
        written_before = _wait_for(second, 20)
        manifest = take_backup(backup_uri, tmp_path, {}, tell=lambda _part: _wait_for(second, 2))
        written_after = first.count_documents({})
    finally:
        enough.set()
        writer.join()
    ones, twos = (documents(tmp_path, manifest, one) for one in (FIRST, SECOND))
    assert set(twos) <= set(ones)
    assert len(ones) - len(twos) <= 1
    assert written_before <= len(twos) < written_after


def _wait_for(collection: Any, more: int) -> int:
    """How many documents it has once these have come."""
    wanted = collection.count_documents({}) + more
    while (count := int(collection.count_documents({}))) < wanted:
        pass
    return count


def test_it_holds_every_collection_and_no_view(servers: Stack, backup_uri: str, tmp_path: Path) -> None:
    manifest = take_backup(backup_uri, tmp_path, {})
    assert {part.database for part in manifest.parts} <= set(DATABASES)
    names = {part.collection for part in manifest.parts}
    assert "rules" in names
    assert not [name for name in names if name.startswith(("system.", "analysis_"))]
    assert Manifest.load(tmp_path) == manifest
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {MANIFEST, *(part.file for part in manifest.parts)}


def test_a_collection_that_is_made_anew_meanwhile_costs_another_beginning(
    client: MongoClient[dict[str, Any]], backup_uri: str, tmp_path: Path
) -> None:
    """As the rollups are, when everything is counted again."""
    client[FIRST.database][FIRST.collection].insert_one({"_id": 1})
    client[LATE.database][LATE.collection].insert_one({"_id": "old"})
    told: list[Part] = []

    def replace_once(part: Part) -> None:
        if not told:
            client[LATE.database]["test_next"].insert_many([{"_id": "new", "field": 1}])
            client[LATE.database]["test_next"].create_index("field")
            client[LATE.database]["test_next"].rename(LATE.collection, dropTarget=True)
        told.append(part)

    manifest = take_backup(backup_uri, tmp_path, {}, replace_once)
    assert len(told) > len(manifest.parts)
    assert documents(tmp_path, manifest, LATE) == ["new"]
    assert [index["key"] for part in manifest.parts for index in part.indexes if part.namespace == LATE] == [
        {"field": 1}
    ]


def test_a_backup_that_takes_longer_than_the_history_is_kept_fails_and_says_so(
    client: MongoClient[dict[str, Any]], backup_uri: str, tmp_path: Path
) -> None:
    client[LATE.database][LATE.collection].insert_one({"_id": 1})
    kept = client.admin.command({"getParameter": 1, WINDOW: 1})[WINDOW]
    client.admin.command({"setParameter": 1, WINDOW: 1})

    def dawdle(_part: Part) -> None:
        _pass_seconds(client, 1)

    try:
        with pytest.raises(BackupError, match=WINDOW):
            take_backup(backup_uri, tmp_path, {}, dawdle)
    finally:
        client.admin.command({"setParameter": 1, WINDOW: kept})
    assert not (tmp_path / MANIFEST).exists()


def _pass_seconds(client: MongoClient[dict[str, Any]], seconds: int) -> None:
    """In which something is written: history only ages by what comes after it."""
    scratch = durable(client, FIRST)
    began = client.admin.command("hello")["operationTime"].time
    while client.admin.command("hello")["operationTime"].time <= began + seconds:
        scratch.insert_one({})


def test_a_folder_with_something_in_it_is_left_alone(backup_uri: str, tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("mine", encoding="utf-8")
    with pytest.raises(BackupError, match="not empty"):
        take_backup(backup_uri, tmp_path, {})
    assert [path.name for path in tmp_path.iterdir()] == ["diary"]


def test_its_account_reads_every_database_and_changes_none(servers: Stack, backup_uri: str) -> None:
    with MongoClient[dict[str, Any]](backup_uri) as account:
        for database in DATABASES:
            account[database].list_collection_names()
            account[database]["reports"].find_one()
            for change in (
                lambda db: db["reports"].insert_one({}),
                lambda db: db["reports"].delete_many({}),
                lambda db: db["reports"].create_index("x"),
                lambda db: db.drop_collection("reports"),
            ):
                with pytest.raises(OperationFailure, match="not authorized"):
                    change(account[database])
        for hidden in ("system.users", "system.keys"):
            with pytest.raises(OperationFailure, match="not authorized"):
                account["admin"][hidden].find_one()


def test_a_part_has_the_name_that_mongodump_would_give_it() -> None:
    assert file_of(FIRST) == "intake/test_first.bson.gz"
