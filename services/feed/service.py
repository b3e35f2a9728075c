"""Feed's entrypoints: calls by RPC, the events of all three services from the inbox."""

from typing import Any

from nameko.timer import timer

from services.feed.city_map.asking import CityMap
from services.feed.city_map.places import map_of, note_on_map
from services.feed.log.log import Log
from services.feed.log.recording import Recorder
from services.feed.log.standings import Standings
from services.feed.rulebook import read_rulebook
from services.feed.settings import read_feed_settings
from services.feed.store import FeedDatabase
from services.feed.waking import Waking
from services.feed.webhooks.desk import WebhookDesk
from services.feed.webhooks.post_office import PostOffice
from services.feed.webhooks.records import Records
from services.feed.webhooks.vault import PURPOSE, Vault
from shared.contracts.commands import load
from shared.contracts.maps import MapQuery
from shared.contracts.topology import FEED
from shared.contracts.webhooks import DeadView, RedeliveryView, RegisteredView, RegisterWebhook, WebhookView
from shared.kernel.actor import Actor
from shared.kernel.case import Notice
from shared.kernel.listing import PAGE
from shared.kernel.reactions import Failure
from shared.runtime.clock import now
from shared.runtime.dependencies import FromSettings, Refreshed
from shared.runtime.faults import MONGO_AWAY
from shared.runtime.rpc import rpc
from shared.runtime.rule_files import load_rule_files, rules_revision
from shared.runtime.secrets import derive
from shared.runtime.subscription import subscribe
from shared.runtime.telemetry.probe import Probe
from shared.runtime.tracing.workers import Tracing
from shared.runtime.units import load_units, units_revision

MOST_ENTRIES = 500


class FeedService:
    name = FEED

    probe = Probe()
    tracing = Tracing()
    database = FeedDatabase()
    waking = Waking()
    post_office = PostOffice()
    feed_settings = FromSettings(lambda _: read_feed_settings())
    units = Refreshed(load_units, units_revision)
    rulebook = Refreshed(lambda db: read_rulebook(load_rule_files(db)), rules_revision)

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

    @rpc
    def map_cases(self, by: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
        return CityMap(map_of(self.database), self.rulebook.catalogue).answer(Actor(**by), load(MapQuery, query))

    @property
    def webhooks(self) -> WebhookDesk:
        vault = Vault(derive(self.feed_settings.secret, PURPOSE))
        return WebhookDesk(Records(self.database), vault, self.feed_settings.webhooks, self.units)

    @rpc
    def register_webhook(self, by: dict[str, Any], key: str, body: dict[str, Any]) -> Any:
        made = self.webhooks.register(Actor(**by), load(RegisterWebhook, body), key, self.log.tail(), now())
        return RegisteredView().dump(made)

    @rpc
    def list_webhooks(self, by: dict[str, Any]) -> Any:
        return WebhookView(many=True).dump(self.webhooks.registered(Actor(**by)))

    @rpc
    def delete_webhook(self, by: dict[str, Any], webhook_id: str) -> None:
        self.webhooks.delete(Actor(**by), webhook_id)

    @rpc
    def list_dead(
        self, by: dict[str, Any], webhook_id: str, after: str | None = None, limit: int = PAGE
    ) -> dict[str, Any]:
        found, after = self.webhooks.dead(Actor(**by), webhook_id, after, limit)
        return {"items": DeadView(many=True).dump(found), "after": after}

    @rpc
    def redeliver(self, by: dict[str, Any], webhook_id: str) -> Any:
        return RedeliveryView().dump({"again": self.webhooks.redeliver(Actor(**by), webhook_id, now())})

    @subscribe
    def on_events(self, notices: list[Notice]) -> list[Failure]:
        note_on_map(self.database, notices)
        if self.recorder.take(notices, now()):
            self.waking.wake()
        return []

    @timer(interval=1, expected_exceptions=MONGO_AWAY)
    def give_up_waiting(self) -> None:
        """What came early goes on when its turn has come, or when it has waited too long."""
        if self.recorder.give_up_waiting(now()):
            self.waking.wake()
