"""The post office as a nameko dependency: for each webhook a greenlet of its own, so that none waits for another's
receiver."""

from contextlib import suppress
from logging import getLogger
from typing import Any

import eventlet
from eventlet import Timeout
from nameko.extensions import DependencyProvider
from pymongo.errors import PyMongoError
from uuid_utils import uuid7

from services.feed.log.log import Log
from services.feed.settings import read_feed_settings
from services.feed.webhooks.delivering import Postman
from services.feed.webhooks.records import Records
from services.feed.webhooks.sending import Sender
from services.feed.webhooks.vault import PURPOSE, Vault
from shared.runtime.clock import now
from shared.runtime.mongo import connect
from shared.runtime.secrets import derive
from shared.runtime.settings import read_settings

LOOK_AGAIN = 1.0
"""Seconds between two looks for webhooks, and for what there is for one."""
LAST_ROUND = 15.0
"""Seconds that receivers have to answer once the process is to end."""
_log = getLogger(__name__)


class PostOffice(DependencyProvider):
    def setup(self) -> None:
        settings = read_feed_settings()
        db = connect(read_settings().mongo_uri, self.container.service_name)
        self._records = Records(db)
        self._postman = Postman(
            self._records,
            Log(db),
            Vault(derive(settings.secret, PURPOSE)),
            Sender(settings.webhooks),
            settings.webhooks,
            now,
            holder=str(uuid7()),
            backoff=settings.webhook_backoff,
        )
        self._at_work: dict[str, Any] = {}
        self._is_closing = False

    def start(self) -> None:
        self.container.spawn_managed_thread(self._oversee)

    def stop(self) -> None:
        """No further round begins; those under way are finished, so that no receiver gets the same twice for it."""
        self._is_closing = True
        with Timeout(LAST_ROUND, False):
            for round_of_one in [*self._at_work.values()]:
                round_of_one.wait()
        with suppress(PyMongoError):
            self._postman.retire()

    def _oversee(self) -> None:
        while not self._is_closing:
            try:
                self._employ({one["_id"] for one in self._records.webhooks.find({}, {"_id": 1})})
            except PyMongoError as fault:
                _log.warning("webhooks rest: %s", fault)
            eventlet.sleep(LOOK_AGAIN)

    def _employ(self, webhook_ids: set[str]) -> None:
        for webhook_id in webhook_ids - self._at_work.keys():
            self._at_work[webhook_id] = self.container.spawn_managed_thread(lambda which=webhook_id: self._serve(which))
        for webhook_id in self._at_work.keys() - webhook_ids:
            self._at_work.pop(webhook_id).kill()

    def _serve(self, webhook_id: str) -> None:
        while not self._is_closing:
            try:
                has_done = self._postman.work(webhook_id)
            except Exception:
                _log.exception("webhook %s", webhook_id)
                has_done = False
            if not has_done:
                eventlet.sleep(LOOK_AGAIN)
