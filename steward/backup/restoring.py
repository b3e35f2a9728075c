"""Restoring: checked first, then everything is replaced, and then what was on its way is set out again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from shared.contracts.topology import FEED
from shared.runtime.mongo import TIMEOUT_MS
from steward.backup.emptying import empty_queues, require_nobody_listens
from steward.backup.errors import BackupError
from steward.backup.files import verify
from steward.backup.leaping import leap_ahead
from steward.backup.loading import clear, load_part, require_empty
from steward.backup.manifest import Manifest, Part
from steward.backup.republishing import publish_unheard_again
from steward.backup.secrecy import require_same
from steward.stack.database import Client

BROKEN_OFF = (
    "恢复中断, 请加 --replace 重做, 之前不要启动服务。 The restore was broken off. Do it again with --replace, "
    "and start no service before. {}"
)

Tell = Callable[[Part], object]


@dataclass(frozen=True, slots=True)
class Restored:
    """`unheard`: cases that are published again. `dropped`: messages that lay in the broker's queues."""

    manifest: Manifest
    unheard: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Target:
    """Administrators' URIs of the servers, provisioned, with no service running. `secrets`: their fingerprints."""

    mongo_uri: str
    amqp_uri: str
    secrets: Mapping[str, str]


def restore(
    folder: Path,
    target: Target,
    at: datetime,
    *,
    replaces: bool = False,
    tell: Tell = lambda _part: None,
) -> Restored:
    """All databases as they are in the backup; `tell` hears of each collection once it is there.

    Raises BackupError for a backup that is damaged, for services that run, for other secrets, and for databases that
    are not empty unless they are to be replaced; all that before anything is changed. What is broken off later is
    to be done again from the beginning, before any service starts.
    """
    manifest = checked(folder)
    require_same(manifest.secrets, target.secrets)
    require_nobody_listens(target.amqp_uri)
    client: Client = MongoClient(target.mongo_uri, tz_aware=True, serverSelectionTimeoutMS=TIMEOUT_MS)
    with client:
        if not replaces:
            require_empty(client)
        dropped = empty_queues(target.amqp_uri)
        try:
            unheard = _replace(client, folder, manifest, at, tell)
        except PyMongoError as fault:
            raise BackupError(BROKEN_OFF.format(fault)) from fault
    return Restored(manifest, unheard, dropped)


def _replace(client: Client, folder: Path, manifest: Manifest, at: datetime, tell: Tell) -> int:
    """How many cases have to be published again."""
    clear(client)
    for part in manifest.parts:
        load_part(client, folder, part)
        tell(part)
    leap_ahead(client[FEED], at)
    return publish_unheard_again(client, at)


def checked(folder: Path) -> Manifest:
    """The manifest of a backup of which every file is what was written. Raises BackupError."""
    manifest = Manifest.load(folder)
    for part in manifest.parts:
        verify(folder, part)
    return manifest
