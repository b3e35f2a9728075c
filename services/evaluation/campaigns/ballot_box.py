"""The ballot box in MongoDB: ballots outside the journal, under ids that only a key of the campaign leads to.

`ballot_keys` has a document for each campaign that was ever open: {_id: campaign, key, casts} while it is, {_id} after.
"""

import hmac
from collections.abc import Callable, Mapping, Sequence
from random import SystemRandom
from secrets import token_bytes, token_hex
from typing import Any, TypeVar

from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern

from services.evaluation.campaigns.ballots import Ballot, ballot_id
from shared.runtime.journal import DURABLE
from shared.runtime.mongo import Mongo

BALLOTS, KEYS = "ballots", "ballot_keys"
IN_USE = {"key": {"$exists": True}}

R = TypeVar("R")


class MongoBallotBox:
    def __init__(self, database: Mongo, secret: bytes) -> None:
        """`secret` is kept outside the database, which alone does not lead to the voters."""
        self._client = database.client
        self._ballots = database.get_collection(BALLOTS, write_concern=DURABLE)
        self._keys = database.get_collection(KEYS, write_concern=DURABLE)
        self._secret = secret

    def prepare(self, campaign: str) -> None:
        """Make the campaign's key, once and never again: a box that was sealed stays sealed."""
        self._ballots.create_index([("campaign", ASCENDING)])
        made = {"key": token_bytes(32), "casts": 0}
        self._keys.update_one({"_id": campaign}, {"$setOnInsert": made}, upsert=True)

    def cast(self, campaign: str, voter: str, ballot: Ballot) -> bool:
        """In place of the voter's earlier ballot on the subject; False, and nothing done, if the box is sealed."""

        def cast(session: ClientSession) -> bool:
            # Counting writes to the key's document, so that a cast and the sealing are never at the same time.
            found = self._keys.find_one_and_update({"_id": campaign, **IN_USE}, {"$inc": {"casts": 1}}, session=session)
            if found is None:
                return False
            mark = ballot_id(self._key(found), voter, ballot.subject)
            self._ballots.replace_one({"_id": mark}, _document(campaign, ballot), upsert=True, session=session)
            return True

        return self._in_transaction(cast)

    def cast_by(self, campaign: str, voter: str, subjects: Sequence[str]) -> list[Ballot]:
        """The voter's own ballots; none once the box is sealed."""
        found = self._keys.find_one({"_id": campaign, **IN_USE})
        if found is None:
            return []
        marks = [ballot_id(self._key(found), voter, subject) for subject in subjects]
        return [_ballot(document) for document in self._ballots.find({"_id": {"$in": marks}})]

    def seal(self, campaign: str) -> list[Ballot]:
        """Destroy the key, give the ballots new ids and a new order, and return them. As often as one likes."""

        def seal(session: ClientSession) -> list[Ballot]:
            self._destroy_key(campaign, session)
            ballots = [_ballot(document) for document in self._ballots.find({"campaign": campaign}, session=session)]
            self._ballots.delete_many({"campaign": campaign}, session=session)
            SystemRandom().shuffle(ballots)
            if ballots:
                documents = [{"_id": token_hex(32), **_document(campaign, ballot)} for ballot in ballots]
                self._ballots.insert_many(documents, session=session)
            return ballots

        return self._in_transaction(seal)

    def discard(self, campaign: str) -> None:
        """The ballots with the key: nothing was voted."""

        def discard(session: ClientSession) -> None:
            self._destroy_key(campaign, session)
            self._ballots.delete_many({"campaign": campaign}, session=session)

        self._in_transaction(discard)

    def in_use(self) -> list[str]:
        """Campaigns whose box is not sealed."""
        return [found["_id"] for found in self._keys.find(IN_USE, {"_id": 1})]

    def _destroy_key(self, campaign: str, session: ClientSession) -> None:
        self._keys.replace_one({"_id": campaign}, {}, upsert=True, session=session)

    def _key(self, found: Mapping[str, Any]) -> bytes:
        return hmac.digest(self._secret, found["key"], "sha256")

    def _in_transaction(self, change: Callable[[ClientSession], R]) -> R:
        with self._client.start_session() as session:
            return session.with_transaction(change, ReadConcern("snapshot"), DURABLE)


def _document(campaign: str, ballot: Ballot) -> dict[str, Any]:
    return {"campaign": campaign, "subject": ballot.subject, "answers": dict(ballot.answers)}


def _ballot(document: Mapping[str, Any]) -> Ballot:
    return Ballot(document["subject"], document["answers"])
