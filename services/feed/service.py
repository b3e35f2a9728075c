"""Feed's entrypoints: calls by RPC, the events of all three services from the inbox."""

from typing import Any

from nameko.timer import timer

from services.feed.log.log import Log
from services.feed.log.recording import Recorder
from services.feed.log.standings import Standings
from services.feed.store import FeedDatabase
from services.feed.waking import Waking
from shared.contracts.topology import FEED
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.subscription import subscribe

MOST_ENTRIES = 500


class FeedService:
    name = FEED

    database = FeedDatabase()
    waking = Waking()

    @property
    def log(self) -> Log:
        return Log(self.database)

    @property
    def recorder(self) -> Recorder:
        return Recorder(Standings(self.database), self.log)

    @rpc
    def is_ready(self) -> bool:
        """Raises PyMongoError where the database is away."""
        return bool(self.database.command("ping")["ok"])

    @rpc
    def tail(self) -> int:
        """The position of the last entry."""
        return self.log.tail()

    @rpc
    def read_log(self, after: int, streams: list[str] | None = None, limit: int = MOST_ENTRIES) -> dict[str, Any]:
        """What follows that position: of everything, or of these streams. `upto`: from where to read on."""
        excerpt = self.log.read(after, min(limit, MOST_ENTRIES), streams)
        entries = [entry.plain() for entry in excerpt.entries]
        return {"entries": entries, "upto": excerpt.upto, "lost": excerpt.lost}

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        if self.recorder.take(notices, now()):
            self.waking.wake()
        return []

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def give_up_waiting(self) -> None:
        """What came early goes on when its turn has come, or when it has waited too long."""
        if self.recorder.give_up_waiting(now()):
            self.waking.wake()
