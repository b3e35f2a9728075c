"""Counting over all gateways in MongoDB; and each for itself while it is away."""

from functools import cached_property
from logging import getLogger
from time import monotonic

from limits.storage import MemoryStorage, MongoDBStorage
from pymongo.errors import PyMongoError

COUNTERS = "limit_counters"
UNUSED = "limit_windows"
"""Of other ways of counting; the library makes it all the same."""
PATIENCE_MS = 500
PAUSE = 5.0
"""Seconds for which a database that was away is not asked again: nobody shall wait for it at every request."""

log = getLogger(__name__)


class SharedCounts:
    """Open, not closed: a limit that every gateway keeps for itself is better than none, or than no service."""

    def __init__(self, mongo_uri: str, database: str) -> None:
        self._mongo_uri, self._database = mongo_uri, database
        self._alone = MemoryStorage()
        self._away_until = 0.0

    def add(self, key: str, seconds: int, amount: int) -> int:
        """How many there are of it by now; they are forgotten after so many seconds."""
        if monotonic() >= self._away_until:
            try:
                return self._shared.incr(key, seconds, amount)
            except PyMongoError as fault:
                self._away_until = monotonic() + PAUSE
                log.warning("limits are counted by this gateway alone: %s", type(fault).__name__)
        return self._alone.incr(key, seconds, amount)

    @cached_property
    def _shared(self) -> MongoDBStorage:
        """Connects at the first use. A count that is lost in a crash costs nothing, so none waits for the disk."""
        return MongoDBStorage(
            self._mongo_uri,
            database_name=self._database,
            counter_collection_name=COUNTERS,
            window_collection_name=UNUSED,
            serverSelectionTimeoutMS=PATIENCE_MS,
            connectTimeoutMS=PATIENCE_MS,
            socketTimeoutMS=PATIENCE_MS,
            w=1,
            journal=False,
        )
