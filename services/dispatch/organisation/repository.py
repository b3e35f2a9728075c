"""The organisation in MongoDB: one document a unit, one a steward, and the revision that counts changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from pymongo import GEOSPHERE, ReplaceOne, UpdateMany, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.read_concern import ReadConcern

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.files import Organisation
from services.dispatch.organisation.places import PlaceIndex
from services.dispatch.organisation.stewards import PartnerKind, Steward
from services.dispatch.organisation.tree import Level, Unit, UnitTree

Document = dict[str, Any]
Mongo = Database[Document]

UNITS, STEWARDS, REVISIONS, CURRENT = "units", "stewards", "organisation", "current"
DURABLE = WriteConcern(w="majority", j=True)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many units and stewards a save touched, and how many it left as they were."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def ensure_indexes(db: Mongo) -> None:
    """Also makes the collections, which a transaction should find in place."""
    db[UNITS].create_index([("polygon", GEOSPHERE)])
    db[UNITS].create_index("parent")
    db[STEWARDS].create_index("area")
    db[STEWARDS].create_index("unit")


def save_organisation(db: Mongo, organisation: Organisation) -> Changes:
    """Makes the database hold this organisation, in one transaction; saving it again changes nothing.

    Who is no longer in it is marked `retired`, never deleted, as orders refer to them.
    """
    ensure_indexes(db)

    def save(session: ClientSession) -> Changes:
        changes = _save(session, db, UNITS, map(_unit_document, organisation.units))
        changes += _save(session, db, STEWARDS, map(_steward_document, organisation.stewards))
        if changes:
            db[REVISIONS].update_one({"_id": CURRENT}, {"$inc": {"number": 1}}, upsert=True, session=session)
        return changes

    with db.client.start_session() as session:
        return session.with_transaction(save, ReadConcern("snapshot"), DURABLE)


def load_directory(db: Mongo) -> Directory:
    """The organisation without the retired, as of one moment; before the first load nobody, nowhere."""
    with db.client.start_session(snapshot=True) as session:
        current = db[REVISIONS].find_one({"_id": CURRENT}, session=session)
        units = [_unit(found) for found in db[UNITS].find({"retired": False}, session=session)]
        stewards = [_steward(found) for found in db[STEWARDS].find({"retired": False}, session=session)]
    return Directory(UnitTree(units), PlaceIndex(units), stewards, current["number"] if current else 0)


def revision(db: Mongo) -> int:
    """Grows by one with every save that changed something; 0 before the first."""
    current = db[REVISIONS].find_one({"_id": CURRENT})
    return current["number"] if current else 0


def _save(session: ClientSession, db: Mongo, collection: str, documents: Iterable[Document]) -> Changes:
    wanted = {document["_id"]: document for document in documents}
    stored = {document["_id"]: document for document in db[collection].find({}, session=session)}
    added = wanted.keys() - stored.keys()
    changed = {key for key in wanted.keys() & stored.keys() if wanted[key] != stored[key]}
    removed = [key for key in stored.keys() - wanted.keys() if not stored[key]["retired"]]
    writes: Sequence[ReplaceOne[Document] | UpdateMany] = [
        *(ReplaceOne({"_id": key}, wanted[key], upsert=True) for key in sorted(added | changed)),
        *([UpdateMany({"_id": {"$in": removed}}, {"$set": {"retired": True}})] if removed else ()),
    ]
    if writes:
        db[collection].bulk_write(writes, session=session)
    return Changes(len(added), len(changed), len(removed), len(wanted) - len(added) - len(changed))


def _unit_document(unit: Unit) -> Document:
    return {
        "_id": unit.code,
        "name_zh": unit.name_zh,
        "name_en": unit.name_en,
        "level": unit.level.value,
        "parent": unit.parent,
        "polygon": unit.polygon
        and {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in unit.polygon]},
        "retired": False,
    }


def _unit(found: Mapping[str, Any]) -> Unit:
    rings = found["polygon"] and found["polygon"]["coordinates"]
    return Unit(
        code=found["_id"],
        name_zh=found["name_zh"],
        name_en=found["name_en"],
        level=Level(found["level"]),
        parent=found["parent"],
        polygon=rings and tuple(tuple((lon, lat) for lon, lat in ring) for ring in rings),
    )


def _steward_document(steward: Steward) -> Document:
    document = asdict(steward)
    return {
        "_id": document.pop("subject"),
        **document,
        "partner_kind": steward.partner_kind.value,
        "skills": sorted(steward.skills),
        "retired": False,
    }


def _steward(found: Mapping[str, Any]) -> Steward:
    known = {field.name: found[field.name] for field in fields(Steward) if field.name != "subject"}
    return Steward(
        subject=found["_id"],
        **known | {"partner_kind": PartnerKind(found["partner_kind"]), "skills": frozenset(found["skills"])},
    )
