"""Feed's entrypoints: calls by RPC, the events of all three services from the inbox."""

from shared.contracts.topology import FEED
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.dependencies import ServiceDatabase
from shared.runtime.rpc import rpc
from shared.runtime.subscription import subscribe


class FeedService:
    name = FEED

    database = ServiceDatabase()

    @rpc
    def is_ready(self) -> bool:
        """Raises PyMongoError where the database is away."""
        return bool(self.database.command("ping")["ok"])

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return []
