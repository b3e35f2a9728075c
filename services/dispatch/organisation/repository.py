"""The organisation in MongoDB, saved and loaded whole."""

from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.documents import DISPATCHERS, DUTIES, LEAVES, OFFERS, STEWARDS, leave_of
from services.dispatch.organisation.files import Organisation
from shared.contracts.places import PlaceIndex
from shared.kernel.units import UnitTree
from shared.runtime.clock import now
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import REVISIONS, Changes, load, revision, save
from shared.runtime.units import UNITS

COLLECTIONS = (*(kind.collection for kind in (UNITS, STEWARDS, DISPATCHERS, DUTIES, OFFERS)), LEAVES, REVISIONS)


def save_organisation(db: Mongo, organisation: Organisation) -> Changes:
    """Makes the database hold this organisation, in one transaction; saving it again changes nothing.

    Who is no longer in it is marked `retired`, never deleted, as orders refer to them.
    """
    return save(
        db,
        {
            UNITS: organisation.units,
            STEWARDS: organisation.stewards,
            DISPATCHERS: organisation.dispatchers,
            DUTIES: organisation.duties,
            OFFERS: organisation.offers,
        },
    )


def load_directory(db: Mongo) -> Directory:
    """The organisation without the retired, as of one moment; before the first load nobody, nowhere."""
    with db.client.start_session(snapshot=True) as session:
        units = load(db, session, UNITS)
        not_over = db[LEAVES].find({"cancelled": False, "until": {"$gt": now()}}, session=session)
        return Directory(
            UnitTree(units),
            PlaceIndex(units),
            load(db, session, STEWARDS),
            revision(db, session),
            dispatchers=load(db, session, DISPATCHERS),
            duties=load(db, session, DUTIES),
            offers=load(db, session, OFFERS),
            leaves=map(leave_of, not_over),
        )
