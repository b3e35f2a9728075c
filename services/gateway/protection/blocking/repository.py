"""Blocks in the gateway's database. Nothing of a block is ever changed or deleted: lifting it is added."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from services.gateway.protection.blocking.block import LIFTED, Block, Deed
from shared.kernel.listing import Listing, Page
from shared.runtime.faults import available
from shared.runtime.mongo import DURABLE, Mongo

BLOCKS = "blocks"
PAGE = 50
MADE = "trace.0.at"
NEWEST_FIRST = Listing({}, by=MADE)
NOT_LIFTED = {"trace.did": {"$ne": LIFTED}}


class Blocks:
    def __init__(self, db: Mongo) -> None:
        self._blocks = db.get_collection(BLOCKS, write_concern=DURABLE)

    def add(self, block: Block) -> bool:
        """False where there is one of this id. Raises Unavailable, as all do."""
        document = {name: value for name, value in asdict(block).items() if name != "block_id"}
        try:
            with available(BLOCKS):
                self._blocks.insert_one({"_id": block.block_id, **document})
        except DuplicateKeyError:
            return False
        return True

    def get(self, block_id: str) -> Block | None:
        with available(BLOCKS):
            found = self._blocks.find_one({"_id": block_id})
        return _block(found) if found else None

    def lift(self, block_id: str, deed: Deed) -> Block | None:
        """As it then stands; None where it does not hold, or there is none."""
        holding = {"_id": block_id, "until": {"$gt": deed.at}, **NOT_LIFTED}
        lifted = {"$push": {"trace": asdict(deed)}}
        with available(BLOCKS):
            found = self._blocks.find_one_and_update(holding, lifted, return_document=ReturnDocument.AFTER)
        return _block(found) if found else None

    def page(self, after: str | None) -> Page[Block]:
        """The newest first. Raises Invalid for a cursor that is none of this list's."""
        key = NEWEST_FIRST.read(after)
        older = {"$or": [{MADE: {"$lt": key[0]}}, {MADE: key[0], "_id": {"$lt": key[1]}}]} if key else {}
        with available(BLOCKS):
            found = list(self._blocks.find(older).sort([(MADE, -1), ("_id", -1)]).limit(PAGE + 1))
        blocks = [_block(one) for one in found[:PAGE]]
        last = blocks[-1] if len(found) > PAGE else None
        return Page(blocks, NEWEST_FIRST.cursor((last.trace[0].at, last.block_id)) if last else None)

    def holding(self, at: datetime) -> list[Block]:
        """Raises PyMongoError."""
        return [_block(found) for found in self._blocks.find({"until": {"$gt": at}, **NOT_LIFTED})]


def _block(found: Mapping[str, Any]) -> Block:
    facts = {name: value for name, value in found.items() if name not in ("_id", "trace")}
    return Block(found["_id"], **facts, trace=tuple(Deed(**one) for one in found["trace"]))
