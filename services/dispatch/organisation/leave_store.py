"""Leaves in MongoDB. Each change raises the organisation's revision, so that every instance takes it up."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from pymongo.client_session import ClientSession

from services.dispatch.organisation.documents import LEAVES, leave_of
from services.dispatch.organisation.leaves import Leave
from shared.kernel.errors import Invalid, KeyReused, NotFound
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import raise_revision
from shared.runtime.transactions import in_transaction


def register_leave(db: Mongo, by: str, key: str, steward: str, start: datetime, until: datetime) -> Leave:
    """By whom and under which Idempotency-Key: said again, it is the same leave and changes nothing.

    Whether there is such a steward is for the caller to see to. Raises Invalid if it ends before it begins,
    KeyReused if the key stands for another leave.
    """
    if until <= start:
        raise Invalid({"until": ["Must be later than the beginning."]})
    leave_id = hashlib.sha256(f"{by}\n{key}".encode()).hexdigest()
    leave = Leave(leave_id, steward, _to_the_millisecond(start), _to_the_millisecond(until))
    db[LEAVES].create_index("until")

    def register(session: ClientSession) -> Leave:
        found = db[LEAVES].find_one({"_id": leave_id}, session=session)
        if found:
            return leave_of(found)
        times = {"from": leave.start, "until": leave.until}
        db[LEAVES].insert_one({"_id": leave_id, "steward": steward, **times, "cancelled": False}, session=session)
        raise_revision(db, session)
        return leave

    registered = in_transaction(db, register)
    if registered != leave:
        raise KeyReused(key)
    return registered


def cancel_leave(db: Mongo, leave_id: str, require_permission: Callable[[str], None]) -> Leave:
    """Said again, it changes nothing. `require_permission` is asked with the steward.

    Raises NotFound for an unknown leave, and what `require_permission` raises.
    """

    def cancel(session: ClientSession) -> Leave:
        found = db[LEAVES].find_one({"_id": leave_id}, session=session)
        if found is None:
            raise NotFound(leave_id)
        require_permission(found["steward"])
        if not found["cancelled"]:
            db[LEAVES].update_one({"_id": leave_id}, {"$set": {"cancelled": True}}, session=session)
            raise_revision(db, session)
        return leave_of(found)

    return in_transaction(db, cancel)


def _to_the_millisecond(moment: datetime) -> datetime:
    """As MongoDB keeps it, so that what is found again is the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
