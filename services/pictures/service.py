"""Pictures' entrypoints: calls by RPC, from the inbox what a picture belongs to and when it has to go, and timers."""

from typing import Any

from nameko.timer import timer

from services.pictures.folders import remove_left_over
from services.pictures.opening import KeptPictures
from services.pictures.showing import shown
from shared.contracts.pictures import LookView
from shared.contracts.topology import PICTURES
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.subscription import subscribe
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing

LOOKS = LookView(many=True)


class PicturesService:
    name = PICTURES

    probe = Probe()
    tracing = Tracing()
    pictures = KeptPictures()

    @rpc
    def describe(self, picture_id: str) -> dict[str, Any]:
        """Its owner and its case too: who may see it is for the gateway to find out."""
        return shown(self.pictures.find(picture_id))

    @rpc
    def name_pictures(self, picture_ids: list[str], owner: str, step: str, field: str) -> None:
        """Before a step that names them is asked for: theirs, whole, and of no other case."""
        self.pictures.name(picture_ids, owner, step, field)

    @rpc
    def note_look(self, picture_id: str, by: dict[str, Any]) -> None:
        """Before an original is given out: who gets it is known for ever after."""
        self.pictures.note_look(picture_id, Actor(**by), now())

    @rpc
    def list_looks(self, picture_id: str) -> Any:
        return LOOKS.dump(self.pictures.looks_at(picture_id))

    @rpc
    def is_ready(self) -> bool:
        return bool(self.pictures.is_reachable())

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return list(self.pictures.follow(notices))

    @timer(interval=5, expected_exceptions=MONGO_AWAY)
    def sweep(self) -> None:
        self.pictures.sweep(now())

    @timer(interval=60)
    def tidy_up(self) -> None:
        remove_left_over(now())
