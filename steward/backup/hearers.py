"""How far each consumer has heard a source about a case, as its own database keeps it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.feed.log.standings import STANDINGS
from services.pictures.picture import LOOSE
from shared.contracts.event_types import REPORT_ERASED
from shared.contracts.topology import FEED, PICTURES
from shared.runtime.mongo import Mongo
from steward.audit.documents import STORES
from steward.stack.database import Client

Document = Mapping[str, Any]

NOTHING = 0


class Hearer(Protocol):
    def heard(self, source: str, told: Sequence[Document]) -> Mapping[str, int]:
        """By case, the last sequence up to which nothing is missing; a case of which nothing was heard may be left out.

        `told` are the source's documents.
        """
        ...


class Journal:
    """Services of the loop keep a watermark of each source in the case itself."""

    def __init__(self, db: Mongo, collection: str) -> None:
        self._cases = db[collection]

    def heard(self, source: str, told: Sequence[Document]) -> Mapping[str, int]:
        found = self._cases.find({"_id": {"$in": _ids(told)}}, {f"inbox.{source}": 1})
        return {case["_id"]: case.get("inbox", {}).get(source, NOTHING) for case in found}


class Feed:
    """Feed gives on every single event, so it knows of gaps too."""

    def __init__(self, db: Mongo) -> None:
        self._standings = db[STANDINGS]

    def heard(self, source: str, told: Sequence[Document]) -> Mapping[str, int]:
        found = self._standings.find({"_id": {"$in": _ids(told)}}, {f"heard.{source}": 1})
        return {one["_id"]: _without_gap(one.get("heard", {}).get(source)) for one in found}


class Pictures:
    """Pictures keeps no watermark: it has heard what has had its effect.

    That is, what was named is attached, and what was erased is known as erased.
    """

    def __init__(self, db: Mongo) -> None:
        named = {"state": LOOSE, "named_by": {"$ne": None}}
        self._loose = {picture["_id"] for picture in db["pictures"].find(named, {"_id": 1})}
        self._erased = db["erased"]

    def heard(self, source: str, told: Sequence[Document]) -> Mapping[str, int]:
        known = self._erased.find({"_id": {"$in": _ids(told)}})
        erased = {one["_id"]: one["erased_at"] for one in known}
        return {case["_id"]: case["version"] for case in told if self._is_done(case, erased.get(case["_id"]))}

    def _is_done(self, case: Document, erased_at: Any) -> bool:
        erasures = [event["at"] for event in case["history"] if event["type"] == REPORT_ERASED]
        if erasures and (erased_at is None or erased_at < erasures[-1]):
            return False
        return self._loose.isdisjoint(_named(case))


def hearers(client: Client) -> Mapping[str, Hearer]:
    """By consumer; each that BINDINGS names is here."""
    journals = {store.service: Journal(client[store.service], store.collection) for store in STORES}
    return {**journals, FEED: Feed(client[FEED]), PICTURES: Pictures(client[PICTURES])}


def _ids(told: Sequence[Document]) -> list[str]:
    return [document["_id"] for document in told]


def _without_gap(heard: Mapping[str, Any] | None) -> int:
    if heard is None:
        return NOTHING
    return int(min((sequence - 1 for sequence in heard["missing"]), default=heard["upto"]))


def _named(case: Document) -> set[str]:
    """Pictures that the report, or the rounds of the order, have named so far."""
    return {picture for part in (case, *case.get("rounds", ())) for picture in part.get("pictures", ())}
