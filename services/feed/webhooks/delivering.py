"""Delivering: what the log holds for a webhook is sent, again where it fails, and put with the dead in the end."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from logging import getLogger
from typing import Any

from eventlet import GreenPool

from services.feed.log.entries import Entry
from services.feed.log.log import Log
from services.feed.webhooks.records import Records
from services.feed.webhooks.sending import Refused, Sender
from services.feed.webhooks.signing import signed_headers
from services.feed.webhooks.targets import Policy, read_url
from services.feed.webhooks.vault import Vault
from shared.kernel.errors import Invalid

SIDE_BY_SIDE = 8
"""Requests to one receiver at the same time, each of another case."""
_log = getLogger(__name__)


class Postman:
    """`holder` is this process, `backoff` how long to wait until the 2nd, 3rd, … attempt; after the last it is dead."""

    def __init__(
        self,
        records: Records,
        log: Log,
        vault: Vault,
        sender: Sender,
        policy: Policy,
        clock: Callable[[], datetime],
        holder: str,
        backoff: Sequence[timedelta],
    ) -> None:
        self._records, self._log, self._vault = records, log, vault
        self._sender, self._policy, self._clock = sender, policy, clock
        self._holder, self._backoff = holder, backoff

    def work(self, webhook_id: str) -> bool:
        """One round for one webhook; whether there was anything to do. No other receiver waits for this one."""
        webhook = self._records.take(webhook_id, self._holder, self._clock())
        if webhook is None:
            return False
        is_news = self._plan(webhook)
        due = self._records.due(webhook_id, self._clock())
        pool = GreenPool(SIDE_BY_SIDE)
        for delivery in due:
            pool.spawn_n(self._deliver, webhook, delivery)
        pool.waitall()
        return is_news or bool(due)

    def retire(self) -> None:
        """Others need not wait for the end of the leases."""
        self._records.let_go(self._holder, self._clock())

    def _plan(self, webhook: Mapping[str, Any]) -> bool:
        """What the log has taken since, as far as it is for this one. What it keeps no more is lost, and said so."""
        excerpt = self._log.read(webhook["position"], 500)
        if excerpt.lost:
            _log.warning("webhook %s was away for longer than the log is kept", webhook["_id"])
        self._records.plan(webhook, [entry for entry in excerpt.entries if concerns(webhook, entry)], self._clock())
        if excerpt.upto != webhook["position"]:
            self._records.advance(webhook["_id"], self._holder, excerpt.upto)
        return bool(excerpt.entries)

    def _deliver(self, webhook: Mapping[str, Any], delivery: Mapping[str, Any]) -> None:
        """While the lease holds: whoever takes it over must not find us still sending."""
        if not self._records.take(webhook["_id"], self._holder, self._clock()):
            return
        body = json.dumps(delivery["body"], ensure_ascii=False, separators=(",", ":")).encode()
        secret = self._vault.unlock(webhook["_id"], webhook["secret"])
        try:
            headers = signed_headers(secret, delivery["_id"], self._clock(), body)
            self._sender.send(read_url(webhook["url"], self._policy), headers, body)
        except (Refused, Invalid) as error:
            attempts = delivery["attempts"]
            again_after = self._backoff[attempts] if attempts < len(self._backoff) else None
            self._records.failed(delivery, str(error), self._clock(), again_after)
        else:
            self._records.delivered(delivery)


def concerns(webhook: Mapping[str, Any], entry: Entry) -> bool:
    """`within` is the unit of whoever registered it, `unit` the one that it was asked for."""
    units = {unit for unit in (webhook["within"], webhook["unit"]) if unit}
    return units <= {*entry.unit_path} and (not webhook["events"] or entry.type in webhook["events"])
