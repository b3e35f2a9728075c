"""Standings and early events in MongoDB. A standing is written only over the one it was made from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DeleteOne, IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from services.feed.log.entries import event_key
from services.feed.log.log import require_only_doubles
from services.feed.log.ordering import Arrival, Heard
from services.feed.log.standing import Standing
from shared.kernel.case import Notice
from shared.runtime.mongo import DURABLE, Mongo

STANDINGS, EARLY = "standings", "early"
EARLY_INDEXES = (IndexModel([("notice.case_id", ASCENDING)]), IndexModel([("since", ASCENDING)]))
_NOTICE = ("source", "case_id", "sequence", "type", "state", "at", "snapshot")


class Standings:
    def __init__(self, db: Mongo) -> None:
        self._standings = db.get_collection(STANDINGS, write_concern=DURABLE)
        self._early = db.get_collection(EARLY, write_concern=DURABLE)

    def load(self, case_ids: Iterable[str]) -> dict[str, Standing]:
        """A blank one for a case that was never heard of."""
        ids = list(case_ids)
        found = {one["_id"]: _standing(one) for one in self._standings.find({"_id": {"$in": ids}})}
        return {case_id: found.get(case_id) or Standing(case_id) for case_id in ids}

    def save(self, standings: Sequence[Standing]) -> set[str]:
        """Each is a version further than it was loaded; ids of those that somebody else changed meanwhile."""
        if not standings:
            return set()
        try:
            self._standings.bulk_write([_saving(standing) for standing in standings], ordered=False)
        except BulkWriteError as error:
            require_only_doubles(error)
            return {standings[complaint["index"]].case_id for complaint in error.details["writeErrors"]}
        return set()

    def early(self, case_ids: Iterable[str]) -> dict[str, list[Arrival]]:
        """What came early, by case, the longest here first."""
        waiting: dict[str, list[Arrival]] = defaultdict(list)
        for found in self._early.find({"notice.case_id": {"$in": list(case_ids)}}).sort("since", ASCENDING):
            arrival = Arrival(Notice(**found["notice"]), found["since"])
            waiting[arrival.notice.case_id].append(arrival)
        return waiting

    def keep(self, arrivals: Sequence[Arrival]) -> None:
        """Until what comes before them is there; since when they wait stays as it was."""
        if arrivals:
            self._early.bulk_write([_keeping(arrival) for arrival in arrivals], ordered=False)

    def forget(self, notices: Sequence[Notice]) -> None:
        """They wait no longer."""
        if notices:
            self._early.bulk_write([DeleteOne({"_id": event_key(notice)}) for notice in notices], ordered=False)

    def waiting_cases(self, limit: int, until: datetime) -> list[str]:
        """Cases of which something has come early, or so that it may have missed its turn, before that moment."""
        found = self._early.find({"since": {"$lte": until}}, {"notice.case_id": 1}).sort("since", ASCENDING)
        return list(dict.fromkeys(one["notice"]["case_id"] for one in found.limit(limit)))


def _saving(standing: Standing) -> UpdateOne:
    """An upsert, so that a lost race is a duplicate key: a bulk write tells those one by one."""
    heard = {source: {"upto": one.upto, "missing": sorted(one.missing)} for source, one in standing.heard.items()}
    fields = {
        "version": standing.version + 1,
        "heard": heard,
        "paths": {source: list(path) for source, path in standing.paths.items()},
        "assignee": standing.assignee,
    }
    return UpdateOne({"_id": standing.case_id, "version": standing.version}, {"$set": fields}, upsert=True)


def _standing(found: dict[str, Any]) -> Standing:
    heard = {source: Heard(one["upto"], frozenset(one["missing"])) for source, one in found["heard"].items()}
    paths = {source: tuple(path) for source, path in found["paths"].items()}
    return Standing(found["_id"], found["version"], heard, paths, found["assignee"])


def _keeping(arrival: Arrival) -> UpdateOne:
    notice = {name: getattr(arrival.notice, name) for name in _NOTICE}
    new = {"notice": notice, "since": arrival.since}
    return UpdateOne({"_id": event_key(arrival.notice)}, {"$setOnInsert": new}, upsert=True)
