"""Feed's database as a nameko dependency, ready to be used."""

from services.feed.city_map.places import MAP, MAP_INDEXES
from services.feed.log.log import prepare_log
from services.feed.log.standings import EARLY, EARLY_INDEXES
from services.feed.settings import read_feed_settings
from services.feed.webhooks.records import DELIVERIES, DELIVERY_INDEXES, WEBHOOK_INDEXES, WEBHOOKS
from shared.runtime.dependencies import ServiceDatabase


class FeedDatabase(ServiceDatabase):
    def setup(self) -> None:
        super().setup()
        prepare_log(self._database, read_feed_settings().retention)
        self._database[EARLY].create_indexes([*EARLY_INDEXES])
        self._database[MAP].create_indexes([*MAP_INDEXES])
        self._database[WEBHOOKS].create_indexes([*WEBHOOK_INDEXES])
        self._database[DELIVERIES].create_indexes([*DELIVERY_INDEXES])
