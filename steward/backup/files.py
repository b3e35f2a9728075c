"""The files of a backup: BSON documents one after another, gzip on top, a SHA-256 of what is on the disk.

It is how `mongodump --gzip` lays out a collection: `<database>/<collection>.bson.gz`.
"""

import gzip
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from bson import decode_file_iter
from bson.codec_options import CodecOptions
from bson.errors import InvalidBSON
from bson.raw_bson import RawBSONDocument

from steward.backup.contents import Namespace
from steward.backup.errors import BackupError
from steward.backup.manifest import Part

RAW = CodecOptions(document_class=RawBSONDocument)
LEVEL = 3
"""Of gzip: more of it takes several times as long, while the server has to keep the snapshot."""
PIECE = 1 << 20
LENGTH = 4
"""Bytes in which a BSON document says how long it is (bsonspec.org)."""


@dataclass
class Written:
    documents: int = 0
    size: int = 0
    digest: str = ""


class _Digesting:
    """A file that is only written to, and the digest of all that was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        return self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()


def file_of(namespace: Namespace) -> str:
    return f"{namespace.database}/{namespace.collection}.bson.gz"


def write_part(path: Path, batches: Iterable[bytes]) -> Written:
    """Durable when it returns; each batch is whole documents. Readable by nobody else."""
    written = Written()
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        target = _Digesting(file)
        with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=target, mtime=0) as compressed:
            for batch in batches:
                compressed.write(batch)
                written.documents += count_documents(batch)
                written.size += len(batch)
        file.flush()
        os.fsync(file.fileno())
    written.digest = target.digest.hexdigest()
    return written


def count_documents(batch: bytes) -> int:
    count = start = 0
    while start < len(batch):
        start += int.from_bytes(batch[start : start + LENGTH], "little")
        count += 1
    return count


def verify(folder: Path, part: Part) -> None:
    """Raises BackupError for a file that is not there, or not what was written."""
    path = folder / part.file
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as missing:
        raise BackupError(f"备份缺少文件 The backup lacks {path}") from missing
    if digest != part.digest:
        raise BackupError(f"备份已损坏 The backup is damaged: {path} is not what was written")


def read_part(folder: Path, part: Part) -> Iterator[Any]:
    """Its documents, one in memory at a time. Raises BackupError where they cannot be read."""
    try:
        with gzip.open(folder / part.file) as file:
            yield from decode_file_iter(cast(IO[bytes], file), RAW)
    except (OSError, EOFError, InvalidBSON) as broken:
        raise BackupError(f"备份无法读取 {folder / part.file} cannot be read: {broken}") from broken
