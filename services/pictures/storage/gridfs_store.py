"""Bytes in GridFS, in the service's own database: backed up, replicated and journaled as all the rest is."""

from collections.abc import Iterator
from pathlib import Path

from gridfs import GridFSBucket, NoFile

from shared.contracts.pictures import VARIANTS
from shared.runtime.mongo import DURABLE, Mongo

BUCKET = "bytes"


class GridFSStore:
    def __init__(self, db: Mongo) -> None:
        self._files = db[f"{BUCKET}.files"]
        self._chunks = db[f"{BUCKET}.chunks"]
        self._bucket = GridFSBucket(db, BUCKET, write_concern=DURABLE)

    def put(self, picture_id: str, variant: str, file: Path, media_type: str) -> None:
        name = _name(picture_id, variant)
        with file.open("rb") as source:
            self._bucket.upload_from_stream_with_id(name, name, source, metadata={"media_type": media_type})

    def read(self, picture_id: str, variant: str) -> Iterator[bytes]:
        name = _name(picture_id, variant)
        try:
            found = self._bucket.open_download_stream(name)
        except NoFile as error:
            raise KeyError(name) from error
        return iter(found.readchunk, b"")

    def remove(self, picture_id: str) -> None:
        """The chunks by themselves: a file whose writer died has chunks and no more."""
        names = [_name(picture_id, variant) for variant in VARIANTS]
        self._files.delete_many({"_id": {"$in": names}})
        self._chunks.delete_many({"files_id": {"$in": names}})


def _name(picture_id: str, variant: str) -> str:
    return f"{picture_id}/{variant}"
