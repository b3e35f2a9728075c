"""What pictures does on a request or a timer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from services.pictures.picture import Picture
from services.pictures.reception import Reception, Upload
from services.pictures.repository import MongoPictures
from services.pictures.storage.store import Store
from shared.contracts.event_types import REPORT_ERASED
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.errors import Invalid, NotFound
from shared.kernel.reactions import Failure

BATCH = 100


def named_in(notice: Notice) -> list[str]:
    """Ids that a report, or the rounds of an order, have named so far."""
    parts = (notice.snapshot, *notice.snapshot.get("rounds", ()))
    return [picture_id for part in parts for picture_id in part.get("pictures", ())]


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

    def name(self, picture_ids: Sequence[str], owner: str, step: str, field: str) -> None:
        """What a step of this person is about to name. Raises Invalid, about that field, for what it may not."""
        refused = [picture_id for picture_id in picture_ids if not self._pictures.name(picture_id, owner, step)]
        if refused:
            raise Invalid({field: [f"There is no picture {one} of yours that is free: send it." for one in refused]})

    def follow(self, notices: Sequence[Notice]) -> list[Failure]:
        """What reports and orders tell: whose pictures are, and when they have to go."""
        return [failure for notice in notices if (failure := self._heard(notice))]

    def _heard(self, notice: Notice) -> Failure | None:
        try:
            if notice.type == REPORT_ERASED:
                self._pictures.erase(notice.case_id, notice.at)
            elif named := named_in(notice):
                self._pictures.attach(notice.case_id, named)
        except Exception as error:
            return notice, error
        return None

    def read(self, picture_id: str, variant: str) -> tuple[Picture, Iterator[bytes]]:
        """The bytes in pieces. Raises NotFound, before the first."""
        picture = self.find(picture_id)
        try:
            return picture, self._store.read(picture_id, variant)
        except KeyError as error:
            raise NotFound(picture_id) from error

    def note_look(self, picture_id: str, by: Actor, at: datetime) -> None:
        """That this person was given the original."""
        self._pictures.note_look(picture_id, by, at)

    def looks_at(self, picture_id: str) -> Sequence[Mapping[str, Any]]:
        """Who was given the original, and when; the last first."""
        return self._pictures.looks_at(picture_id)

    def sweep(self, at: datetime) -> None:
        """Removes what has to go. Killed anywhere, it is found again; two at once do no harm."""
        while overdue := self._pictures.overdue(at, BATCH):
            for picture_id in overdue:
                if self._pictures.let_go(picture_id, at):
                    self._store.remove(picture_id)
                    self._pictures.forget(picture_id)

    def is_reachable(self) -> bool:
        return self._pictures.is_reachable()
