"""Registering webhooks: operators for the whole system, the dispatchers of the district for their own cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.errors import DuplicateKeyError
from uuid_utils import uuid7

from services.feed.webhooks.records import Document, Records
from services.feed.webhooks.signing import new_secret
from services.feed.webhooks.targets import Policy, Unreachable, allowed_addresses, read_url
from services.feed.webhooks.vault import Vault
from shared.kernel.actor import OPERATOR, Actor
from shared.kernel.errors import Forbidden, Invalid, KeyReused, NotFound
from shared.kernel.listing import PAGE, page_size
from shared.kernel.units import Level, UnitTree

MOST = 50
"""Webhooks that one unit, or the operators, may have."""


class WebhookDesk:
    def __init__(self, records: Records, vault: Vault, policy: Policy, units: UnitTree) -> None:
        self._records, self._vault, self._policy, self._units = records, vault, policy, units

    def register(self, by: Actor, asked: Mapping[str, Any], key: str, position: int, at: datetime) -> Document:
        """From that position of the log on. Its secret is told now, and again only to a repetition with the same key.

        Raises Forbidden, Invalid or KeyReused.
        """
        within = self._within(by)
        self._require_place(asked, within)
        wanted = {"url": asked["url"], "events": sorted(asked["events"]), "unit": asked.get("unit"), "within": within}
        if known := self._registered_with(by, key):
            return self._told_again(known, wanted, key)
        if self._records.webhooks.count_documents({"within": within}) >= MOST:
            raise Invalid({"url": [f"There are {MOST} already: delete one that nobody needs."]})
        webhook_id, secret = str(uuid7()), new_secret()
        webhook = {
            "_id": webhook_id,
            **wanted,
            "secret": self._vault.lock(webhook_id, secret),
            "by": by.subject,
            "key": key,
            "created_at": at,
            "position": position,
            "lease": {"holder": "", "until": at},
        }
        try:
            self._records.webhooks.insert_one(webhook)
        except DuplicateKeyError:  # both at once: the other was first
            return self._told_again(self._registered_with(by, key) or webhook, wanted, key)
        return {**webhook, "webhook_id": webhook_id, "secret": secret}

    def registered(self, by: Actor) -> list[Document]:
        within = self._within(by)
        found = self._records.webhooks.find({} if by.role == OPERATOR else {"within": within}, {"secret": 0})
        return [{**one, "webhook_id": one["_id"]} for one in found.sort("_id")]

    def delete(self, by: Actor, webhook_id: str) -> None:
        """Also what was not delivered yet. Raises NotFound."""
        self._require_own(by, webhook_id)
        self._records.remove(webhook_id)

    def dead(
        self, by: Actor, webhook_id: str, after: str | None, limit: int = PAGE
    ) -> tuple[list[Document], str | None]:
        """What could not be delivered, newest first, and the cursor of the next page. Raises NotFound or Invalid."""
        self._require_own(by, webhook_id)
        if after is not None and not (after.isdecimal() and len(after) < 19):
            raise Invalid({"after": ["Not a cursor of this list: take it from the Link of the page before."]})
        size = page_size(limit)
        found = self._records.dead(webhook_id, int(after) if after else None, size + 1)
        return found[:size], str(found[size - 1]["position"]) if len(found) > size else None

    def redeliver(self, by: Actor, webhook_id: str, at: datetime) -> int:
        """All that is dead is tried again; how many those are. Raises NotFound."""
        self._require_own(by, webhook_id)
        return self._records.revive(webhook_id, at)

    def _registered_with(self, by: Actor, key: str) -> Document | None:
        return self._records.webhooks.find_one({"by": by.subject, "key": key})

    def _told_again(self, known: Document, wanted: Mapping[str, Any], key: str) -> Document:
        if any(known[name] != value for name, value in wanted.items()):
            raise KeyReused(key)
        webhook_id = known["_id"]
        return {**known, "webhook_id": webhook_id, "secret": self._vault.unlock(webhook_id, known["secret"])}

    def _within(self, by: Actor) -> str | None:
        """Raises Forbidden for who answers neither for the system nor for the district."""
        if by.role == OPERATOR:
            return None
        unit = self._units.get(by.unit or "")
        if unit is None or unit.level != Level.DISTRICT:
            raise Forbidden("register", by.role, "Webhooks are for operators and the dispatchers of the district.")
        return unit.code

    def _require_place(self, asked: Mapping[str, Any], within: str | None) -> None:
        unit = asked.get("unit")
        if unit and (unit not in self._units or (within and not self._units.is_within(unit, within))):
            raise Invalid({"unit": ["No unit of yours has this code."]})
        try:
            allowed_addresses(read_url(asked["url"], self._policy), self._policy)
        except Unreachable as error:
            raise Invalid({"url": [str(error)]}) from error

    def _require_own(self, by: Actor, webhook_id: str) -> None:
        within = self._within(by)
        whose = {} if by.role == OPERATOR else {"within": within}
        if not self._records.webhooks.find_one({"_id": webhook_id, **whose}, {"_id": 1}):
            raise NotFound(webhook_id)
