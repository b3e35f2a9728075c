"""The manifest: what is in a backup, written last. A folder without one is no backup."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from steward.backup.contents import Namespace
from steward.backup.errors import BackupError
from steward.stack.home import write_private

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Part:
    """One collection. `file` is relative to the backup; `digest` is the SHA-256 of that file, in hexadecimal."""

    database: str
    collection: str
    file: str
    documents: int
    size: int
    """Bytes of the documents, uncompressed."""
    digest: str
    indexes: Sequence[Mapping[str, Any]]
    """As MongoDB lists them, but that of `_id`, in its Extended JSON."""

    @property
    def namespace(self) -> Namespace:
        return Namespace(self.database, self.collection)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`cluster_time`: the moment that all parts are of, as the replica set counts, [seconds since 1970, increment]."""

    taken_at: str
    cluster_time: tuple[int, int]
    secrets: Mapping[str, str]
    """A fingerprint of each secret without which a part of the data cannot be read; none of the secrets themselves."""
    parts: Sequence[Part]
    format: int = FORMAT

    @property
    def documents(self) -> int:
        return sum(part.documents for part in self.parts)

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts)

    def save(self, folder: Path) -> None:
        write_private(folder / MANIFEST, json.dumps(asdict(self), indent=1, ensure_ascii=False))

    @classmethod
    def load(cls, folder: Path) -> "Manifest":
        """Raises BackupError for a folder that holds no whole backup, or one of another format."""
        try:
            stored = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            parts = [Part(**part) for part in stored.pop("parts")]
            manifest = cls(**stored | {"cluster_time": tuple(stored["cluster_time"]), "parts": parts})
        except FileNotFoundError as missing:
            raise BackupError(f"{folder} 不是完整的备份: is no whole backup, {MANIFEST} is missing") from missing
        except (ValueError, TypeError, KeyError, AttributeError) as broken:
            raise BackupError(f"{folder / MANIFEST} 已损坏: is damaged ({broken!r})") from broken
        if manifest.format != FORMAT:
            raise BackupError(f"{folder} 格式 {manifest.format}: this version reads format {FORMAT}")
        return manifest
