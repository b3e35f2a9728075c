"""What pictures does on a request or a timer."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from services.pictures.picture import Picture
from services.pictures.reception import Reception, Upload
from services.pictures.repository import MongoPictures
from services.pictures.storage.store import Store
from shared.kernel.errors import NotFound

BATCH = 100


class Pictures:
    def __init__(self, pictures: MongoPictures, store: Store) -> None:
        self._pictures = pictures
        self._store = store
        self._reception = Reception(pictures, store)

    def receive(self, upload: Upload, body: IO[bytes], at: datetime) -> Picture:
        """The picture, durable. Raises Invalid, Forbidden, KeyReused, Busy or Unavailable, and then keeps nothing."""
        return self._reception.receive(upload, body, at)

    def find(self, picture_id: str) -> Picture:
        """Raises NotFound."""
        found = self._pictures.find(picture_id)
        if found is None:
            raise NotFound(picture_id)
        return found

    def read(self, picture_id: str, variant: str) -> tuple[Picture, Iterator[bytes]]:
        """The bytes in pieces. Raises NotFound, before the first."""
        picture = self.find(picture_id)
        try:
            return picture, self._store.read(picture_id, variant)
        except KeyError as error:
            raise NotFound(picture_id) from error

    def sweep(self, at: datetime) -> None:
        """Removes what has to go. Killed anywhere, it is found again; two at once do no harm."""
        while overdue := self._pictures.overdue(at, BATCH):
            for picture_id in overdue:
                if self._pictures.let_go(picture_id):
                    self._store.remove(picture_id)
                    self._pictures.forget(picture_id)

    def is_reachable(self) -> bool:
        return self._pictures.is_reachable()
