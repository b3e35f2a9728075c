"""The ballot box in MongoDB: ballots outside the journal, under ids that only a key of the campaign leads to.

`ballot_keys` has a document for each campaign that was ever open: {_id: campaign, key, casts} while it is, {_id} after.
`ballots` are in the box; sealing takes them out into `counted_ballots`.
"""

import hmac
from collections.abc import Mapping, Sequence
from functools import partial
from random import SystemRandom
from secrets import token_bytes, token_hex
from typing import Any

from pymongo import ASCENDING
from pymongo.client_session import ClientSession

from services.evaluation.campaigns.ballots import Ballot, ballot_id
from shared.runtime.mongo import DURABLE, Mongo
from shared.runtime.transactions import in_transaction

BALLOTS, COUNTED, KEYS = "ballots", "counted_ballots", "ballot_keys"
HAS_KEY = {"key": {"$exists": True}}
BATCH = 1000
"""Ballots that are taken out at once: many more are too much for one transaction of MongoDB."""


class MongoBallotBox:
    def __init__(self, database: Mongo, secret: bytes) -> None:
        """`secret` is kept outside the database, which alone does not lead to the voters."""
        self._database = database
        self._ballots = database.get_collection(BALLOTS, write_concern=DURABLE)
        self._counted = database.get_collection(COUNTED, write_concern=DURABLE)
        self._keys = database.get_collection(KEYS, write_concern=DURABLE)
        self._secret = secret

    def prepare(self, campaign: str) -> None:
        """Make the campaign's key, once and never again: a box that was sealed stays sealed."""
        for collection in (self._ballots, self._counted):
            collection.create_index([("campaign", ASCENDING)])
        made = {"key": token_bytes(32), "casts": 0}
        self._keys.update_one({"_id": campaign}, {"$setOnInsert": made}, upsert=True)

    def cast(self, campaign: str, voter: str, ballot: Ballot) -> bool:
        """In place of the voter's earlier ballot on the subject; False, and nothing done, if the box is sealed."""

        def cast(session: ClientSession) -> bool:
            # Counting writes to the key's document, so that no cast is under way when the key is destroyed.
            counting = {"$inc": {"casts": 1}}
            found = self._keys.find_one_and_update({"_id": campaign, **HAS_KEY}, counting, session=session)
            if found is None:
                return False
            mark = ballot_id(self._key(found), voter, ballot.subject)
            self._ballots.replace_one({"_id": mark}, _document(campaign, ballot), upsert=True, session=session)
            return True

        return in_transaction(self._database, cast)

    def cast_by(self, campaign: str, voter: str, subjects: Sequence[str]) -> list[Ballot]:
        """The voter's own ballots; none once the box is sealed."""
        found = self._keys.find_one({"_id": campaign, **HAS_KEY})
        if found is None:
            return []
        marks = [ballot_id(self._key(found), voter, subject) for subject in subjects]
        return [_ballot(document) for document in self._ballots.find({"_id": {"$in": marks}})]

    def seal(self, campaign: str) -> list[Ballot]:
        """Destroy the key, take the ballots out under new ids and in a new order, and return them.

        As often as one likes, by any number of instances at once, and after any crash: the ballots are the same.
        """
        self._destroy_key(campaign)
        marks = [found["_id"] for found in self._ballots.find({"campaign": campaign}, {"_id": 1})]
        SystemRandom().shuffle(marks)
        for start in range(0, len(marks), BATCH):
            in_transaction(self._database, partial(self._take_out, marks[start : start + BATCH]))
        return [_ballot(document) for document in self._counted.find({"campaign": campaign})]

    def discard(self, campaign: str) -> None:
        """Nothing was voted."""
        self._destroy_key(campaign)
        self._ballots.delete_many({"campaign": campaign})

    def in_use(self) -> set[str]:
        """Campaigns that have a key or ballots in the box."""
        with_key = (found["_id"] for found in self._keys.find(HAS_KEY, {"_id": 1}))
        return {*with_key, *self._ballots.distinct("campaign")}

    def _take_out(self, marks: Sequence[str], session: ClientSession) -> None:
        """Those that another instance has not taken out already."""
        among = {"_id": {"$in": marks}}
        found = list(self._ballots.find(among, session=session))
        SystemRandom().shuffle(found)
        if found:
            self._ballots.delete_many(among, session=session)
            documents = [{**document, "_id": token_hex(32)} for document in found]
            self._counted.insert_many(documents, session=session)

    def _destroy_key(self, campaign: str) -> None:
        self._keys.replace_one({"_id": campaign}, {}, upsert=True)

    def _key(self, found: Mapping[str, Any]) -> bytes:
        return hmac.digest(self._secret, found["key"], "sha256")


def _document(campaign: str, ballot: Ballot) -> dict[str, Any]:
    return {"campaign": campaign, "subject": ballot.subject, "answers": dict(ballot.answers)}


def _ballot(document: Mapping[str, Any]) -> Ballot:
    return Ballot(document["subject"], document["answers"])
