"""Pictures' entrypoints: calls by RPC, and from the inbox what a picture belongs to, and when it has to go."""

from shared.contracts.topology import PICTURES
from shared.kernel.case import Notice
from shared.kernel.reactions import Failure
from shared.runtime.dependencies import ServiceDatabase
from shared.runtime.rpc import rpc
from shared.runtime.subscription import subscribe


class PicturesService:
    name = PICTURES

    database = ServiceDatabase()

    @rpc
    def is_ready(self) -> bool:
        """Raises PyMongoError where the database is away."""
        return bool(self.database.command("ping")["ok"])

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        return []
