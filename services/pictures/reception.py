"""An upload on its way in: to a file, through the process that decodes, into the store, and only then answered."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from eventlet.semaphore import Semaphore
from uuid_utils import uuid7

from services.pictures.folders import upload_folder
from services.pictures.picture import LOOSE, MOST_LOOSE, Picture
from services.pictures.processing import running
from services.pictures.processing.verdicts import TOO_LARGE, Examined, Refused
from services.pictures.repository import MongoPictures
from services.pictures.storage.store import Store
from shared.contracts.pictures import COPIES_TYPE, LARGEST, ORIGINAL, VARIANTS
from shared.kernel.errors import Busy, Forbidden, Invalid, KeyReused, Unavailable

PIECE = 64 * 1024
BODIES = 64
"""Uploads whose bytes may be coming in at a time: each costs a piece of memory, and its size on the disk."""
PATIENCE = 30
"""Seconds that an upload waits for its turn to be decoded."""
TOO_MANY = "You have sent 30 pictures that no report names: name them, or wait until they are removed after a day."


@dataclass(frozen=True, slots=True)
class Upload:
    """`declared`: what its sender says of its format; `key`: what repetitions of it have in common."""

    owner: str
    key: str
    declared: Sequence[str]

    @property
    def origin(self) -> str:
        return hashlib.sha256(f"{self.owner}\0{self.key}".encode()).hexdigest()


class Reception:
    """`slots` are held while a picture is decoded and stored: no more of them than that are ever in memory."""

    def __init__(self, pictures: MongoPictures, store: Store) -> None:
        self._pictures = pictures
        self._store = store
        self._bodies = Semaphore(BODIES)
        self._slots = Semaphore(running.AT_ONCE)

    def receive(self, upload: Upload, body: IO[bytes], at: datetime) -> Picture:
        """The picture, durable. Raises Invalid, Forbidden, KeyReused, Busy or Unavailable, and then keeps nothing."""
        with _held(self._bodies, 0), upload_folder() as folder:
            original = Path(folder) / ORIGINAL
            digest = _spool(body, original)
            if known := self._made_before(upload, digest):
                return known
            if self._pictures.count_loose(upload.owner) >= MOST_LOOSE:
                raise Forbidden("upload", "resident", TOO_MANY)
            with _held(self._slots, PATIENCE):
                return self._take(upload, original, digest, at)

    def _take(self, upload: Upload, original: Path, digest: str, at: datetime) -> Picture:
        try:
            found = running.run(original, original.parent, upload.declared)
        except Refused as refusal:
            raise Invalid({"picture": [str(refusal)]}) from refusal
        picture = _described(upload, original.parent, found, digest, at)
        self._pictures.begin(picture)
        for variant in VARIANTS:
            media_type = found.media_type if variant == ORIGINAL else COPIES_TYPE
            self._store.put(picture.picture_id, variant, original.parent / variant, media_type)
        if self._pictures.keep(picture):
            return picture
        if known := self._made_before(upload, digest):
            return known
        raise Busy(picture.picture_id)

    def _made_before(self, upload: Upload, digest: str) -> Picture | None:
        known = self._pictures.by_origin(upload.origin)
        if known and known.digest != digest:
            raise KeyReused(upload.key)
        return known


def _described(upload: Upload, folder: Path, found: Examined, digest: str, at: datetime) -> Picture:
    return Picture(
        picture_id=str(uuid7()),
        owner=upload.owner,
        state=LOOSE,
        received_at=at,
        origin=upload.origin,
        digest=digest,
        media_type=found.media_type,
        width=found.width,
        height=found.height,
        sizes={variant: (folder / variant).stat().st_size for variant in VARIANTS},
    )


def _spool(body: IO[bytes], file: Path) -> str:
    """Writes it, however it comes, and returns its SHA-256. Raises Invalid for one that is too large."""
    digest, size = hashlib.sha256(), 0
    with file.open("wb") as target:
        while piece := body.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                raise Invalid({"picture": [TOO_LARGE]})
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()


@contextmanager
def _held(places: Semaphore, patience: float) -> Iterator[None]:
    if not places.acquire(blocking=patience > 0, timeout=patience or None):
        raise Unavailable("pictures")
    try:
        yield
    finally:
        places.release()
