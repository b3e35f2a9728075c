"""What consumers had not heard yet when the backup was taken is marked unpublished: its owner publishes it again.

An event counts as published once the broker has it. Where it was still on its way then, in an inbox, on the retry
ladder or with the dead letters, no broker knows of it after a restore. But every consumer keeps how far it has heard
each source, and all of it is of the same moment. What lies behind that is told anew; whoever knows it ignores it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, UpdateOne
from pymongo.collection import Collection

from shared.contracts.topology import BINDINGS, EVERYTHING
from shared.runtime.marks import marking
from steward.backup.contents import UNHURRIED
from steward.backup.hearers import NOTHING, Document, Hearer, hearers
from steward.batches import in_batches
from steward.stack.database import Client
from steward.stack.journals import JOURNALS

AT_ONCE = 500
TOLD = {
    "version": 1,
    "history.sequence": 1,
    "history.type": 1,
    "history.at": 1,
    "pictures": 1,
    "rounds.pictures": 1,
}
"""What has to be known of a case; nothing private."""


def publish_unheard_again(client: Client, at: datetime) -> int:
    """Durable when it returns; how many cases will be published again, from the first event that somebody lacks."""
    listening = hearers(client)
    return sum(
        _mark(journal, unheard, at)
        for source, repositories in JOURNALS.items()
        for repository in repositories
        for journal in (client[source].get_collection(repository.collection_name, write_concern=UNHURRIED),)
        for told in in_batches(journal.find({}, TOLD, batch_size=AT_ONCE).sort("_id", ASCENDING), AT_ONCE)
        if (unheard := behind(source, told, listening))
    )


def behind(source: str, told: Sequence[Document], listening: Mapping[str, Hearer]) -> dict[str, int]:
    """Cases of which a consumer lacks an event that it listens to, and the sequence after which it does."""
    after: dict[str, int] = {}
    for consumer, sources in BINDINGS.items():
        if source not in sources:
            continue
        heard = listening[consumer].heard(source, told)
        for document in told:
            missing = _first_missing(document, sources[source], heard.get(document["_id"], NOTHING))
            if missing is not None:
                after[document["_id"]] = min(missing - 1, after.get(document["_id"], missing))
    return after


def _first_missing(document: Document, types: Sequence[str], heard: int) -> int | None:
    missing = (
        event["sequence"]
        for event in document["history"]
        if event["sequence"] > heard and (EVERYTHING in types or event["type"] in types)
    )
    return next(missing, None)


def _mark(journal: Collection[dict[str, Any]], unheard: Mapping[str, int], at: datetime) -> int:
    changes = [UpdateOne({"_id": case_id}, marking(after, at)) for case_id, after in unheard.items()]
    journal.bulk_write(changes, ordered=False)
    return len(unheard)
