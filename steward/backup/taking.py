"""Taking a backup: a collection after the other into its file, and the manifest last."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any

from bson.json_util import RELAXED_JSON_OPTIONS, dumps
from pymongo import MongoClient

from shared.runtime.mongo import TIMEOUT_MS
from steward.backup.contents import Namespace
from steward.backup.errors import BackupError
from steward.backup.files import file_of, write_part
from steward.backup.manifest import Manifest, Part
from steward.backup.snapshot import Moved, Snapshot, open_snapshot
from steward.stack.database import Client

ATTEMPTS = 5
PAUSE = 1.0
"""Seconds until the next attempt, where collections or indexes were being made."""
IS_CHANGING = (
    "备份未完成, 库表正在变动。 No backup was made: collections or indexes are being made or dropped all the time; "
    "try again later."
)

Tell = Callable[[Part], object]


def take_backup(mongo_uri: str, folder: Path, secrets: Mapping[str, str], tell: Tell = lambda _part: None) -> Manifest:
    """Every database as of one moment that is not before this call; `tell` hears of each collection once it is kept.

    `secrets` are their fingerprints. Raises BackupError, and then the folder holds no manifest.
    """
    _prepare(folder)
    client: Client = MongoClient(mongo_uri, serverSelectionTimeoutMS=TIMEOUT_MS)
    with client:
        for _ in range(ATTEMPTS):
            try:
                with open_snapshot(client) as snapshot:
                    manifest = _written(snapshot, folder, secrets, tell)
            except Moved:
                _discard(folder)
                time.sleep(PAUSE)
            else:
                manifest.save(folder)
                return manifest
    raise BackupError(IS_CHANGING)


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BackupError(f"{folder} 不是空目录: is not empty; a backup gets a folder of its own")


def _discard(folder: Path) -> None:
    """What was kept of a moment that could not be read to its end."""
    for begun in folder.iterdir():
        rmtree(begun)


def _written(snapshot: Snapshot, folder: Path, secrets: Mapping[str, str], tell: Tell) -> Manifest:
    parts = []
    for namespace in snapshot.namespaces:
        parts.append(_part(snapshot, folder, namespace))
        tell(parts[-1])
    moment = snapshot.taken_at
    return Manifest(moment.as_datetime().isoformat(), (moment.time, moment.inc), secrets, parts)


def _part(snapshot: Snapshot, folder: Path, namespace: Namespace) -> Part:
    file = file_of(namespace)
    written = write_part(folder / file, snapshot.batches(namespace))
    indexes = [_plain(index) for index in snapshot.indexes(namespace)]
    return Part(*namespace, file, written.documents, written.size, written.digest, indexes)


def _plain(index: Mapping[str, Any]) -> Any:
    """As JSON can hold it, in the same order: that of the fields of a key matters."""
    return json.loads(dumps(index, json_options=RELAXED_JSON_OPTIONS))
