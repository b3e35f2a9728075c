"""The organisation in a real database: saved whole, saved once, never forgotten."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from samples.generate import FOLDER
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.leave_store import cancel_leave, register_leave
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.repository import COLLECTIONS, load_directory, save_organisation
from services.dispatch.organisation.shifts import WORKTIME, Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.contracts.catalogue import Duty
from shared.kernel.errors import Invalid, KeyReused, NotFound
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, Unit
from shared.runtime.clock import now
from shared.runtime.mongo import Mongo
from shared.runtime.reference_data import Changes, revision
from steward.stack import Stack
from tests.support.district import CATALOGUE

pytestmark = pytest.mark.servers

SQUARE = (((119.0, 25.4), (119.1, 25.4), (119.1, 25.5), (119.0, 25.5), (119.0, 25.4)),)
DISTRICT = Unit("d", "示例区", "Sample District", Level.DISTRICT, None, SQUARE)
GRID = Unit("g", "示例网格", "Sample grid", Level.GRID, "d", SQUARE)
BUILDING = Unit("b", "示例楼栋", "Sample building", Level.BUILDING, "g")
FIRST = Steward(
    "first",
    "示例管家一",
    "g",
    PartnerKind.BUSINESS,
    Occupation.MERCHANT,
    frozenset({"lighting", "care"}),
    "g",
    5,
    "示例承诺",
    shift=Shift.parse("22:00-06:00"),
)
SECOND = replace(FIRST, subject="second", name="示例管家二", area="d", lon=119.05, lat=25.45, shift=WORKTIME)
SMALL = Organisation((DISTRICT, GRID, BUILDING), (FIRST, SECOND))
DUTY = DutyEntry("cleaning", "g", Duty.PROPERTY, "示例物业", "示例合同")
OFFER = Offer(
    "offer-1",
    "示例近邻之家",
    "评理室",
    "Arbiters' room",
    ServiceFunction.DELIBERATION_AND_MEDIATION,
    frozenset({"neighbour_dispute", "legal_matter"}),
    "d",
    119.02,
    25.42,
    WORKTIME,
)
WHOLE = replace(SMALL, dispatchers=(Dispatcher("dispatcher-1", "示例派单员", "d"),), duties=(DUTY,), offers=(OFFER,))


def anybody(_steward: str) -> None:
    """May manage everybody's leave."""


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    """Dispatch's own database as dispatch's own user, without an organisation."""
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri("dispatch"), tz_aware=True)
    with client:
        database = client.get_default_database()
        yield database
        for name in COLLECTIONS:
            database.drop_collection(name)


def test_before_the_first_load_there_is_none(db: Mongo) -> None:
    assert revision(db) == 0
    directory = load_directory(db)
    assert directory.revision == 0
    assert not directory.tree


def test_what_was_saved_is_loaded(db: Mongo) -> None:
    assert save_organisation(db, SMALL) == Changes(added=5)
    directory = load_directory(db)
    assert dict(directory.tree) == {"d": DISTRICT, "g": GRID, "b": BUILDING}
    assert directory.steward("first") == FIRST
    assert directory.steward("second") == SECOND
    assert directory.unit_at(119.05, 25.45) == "g"
    assert directory.revision == revision(db) == 1


def test_saving_it_again_changes_nothing(db: Mongo) -> None:
    save_organisation(db, SMALL)
    assert save_organisation(db, SMALL) == Changes(unchanged=5)
    assert revision(db) == 1


def test_a_change_is_one_new_revision(db: Mongo) -> None:
    save_organisation(db, SMALL)
    moved = Organisation(
        (DISTRICT, replace(GRID, name_zh="示例新网格"), BUILDING), (replace(FIRST, capacity=9), SECOND)
    )
    assert save_organisation(db, moved) == Changes(changed=2, unchanged=3)
    directory = load_directory(db)
    assert directory.tree["g"].name_zh == "示例新网格"
    assert directory.steward("first").capacity == 9
    assert directory.revision == 2


def test_who_is_gone_is_retired_and_kept(db: Mongo) -> None:
    save_organisation(db, SMALL)
    smaller = Organisation((DISTRICT, GRID), (FIRST,))
    assert save_organisation(db, smaller) == Changes(removed=2, unchanged=3)
    assert "b" not in load_directory(db).tree
    with pytest.raises(KeyError):
        load_directory(db).steward("second")
    assert db["stewards"].find_one({"_id": "second"}, {"name": 1, "retired": 1}) == {
        "_id": "second",
        "name": "示例管家二",
        "retired": True,
    }
    assert save_organisation(db, smaller) == Changes(unchanged=3)
    assert revision(db) == 2


def test_the_retired_may_return(db: Mongo) -> None:
    save_organisation(db, SMALL)
    save_organisation(db, Organisation((DISTRICT, GRID), (FIRST,)))
    assert save_organisation(db, SMALL) == Changes(changed=2, unchanged=3)
    assert load_directory(db).steward("second") == SECOND
    assert revision(db) == 3


def test_a_save_that_fails_leaves_nothing_of_it_behind(db: Mongo) -> None:
    save_organisation(db, SMALL)
    too_big = replace(SECOND, subject="third", pledge="长" * 6_000_000)
    with pytest.raises(PyMongoError, match="16MB"):
        save_organisation(db, Organisation((DISTRICT, replace(GRID, name_en="Renamed")), (FIRST, too_big)))
    directory = load_directory(db)
    assert directory.tree["g"] == GRID
    assert directory.steward("second") == SECOND
    assert revision(db) == 1


def test_the_whole_sample_district_is_loaded_and_found_on_the_map(db: Mongo) -> None:
    organisation = read_organisation(FOLDER, CATALOGUE)
    assert save_organisation(db, organisation).added == sum(
        len(getattr(organisation, part.name)) for part in fields(organisation)
    )
    directory = load_directory(db)
    assert dict(directory.tree) == {unit.code: unit for unit in organisation.units}
    point = {"type": "Point", "coordinates": [119.04, 25.43]}
    around = {found["_id"] for found in db["units"].find({"polygon": {"$geoIntersects": {"$geometry": point}}})}
    smallest = directory.unit_at(119.04, 25.43)
    assert smallest is not None
    assert around == set(directory.tree.path(smallest))


def test_desks_duties_and_offers_are_loaded_and_retired_with_the_rest(db: Mongo) -> None:
    assert save_organisation(db, WHOLE) == Changes(added=8)
    directory = load_directory(db)
    assert directory.desk_for(("d", "g")) == "d"
    assert directory.duty("cleaning", ("d", "g", "b")) == DUTY
    assert [offer for offer, _ in directory.offers_for("legal_matter", ("d", "g"), None, 5)] == [OFFER]
    assert save_organisation(db, SMALL) == Changes(removed=3, unchanged=5)
    emptied = load_directory(db)
    assert (emptied.desk_for(("d", "g")), emptied.duty("cleaning", ("d", "g"))) == (None, None)
    assert emptied.offers_for("legal_matter", ("d", "g"), None, 5) == []


def test_a_leave_is_a_new_revision_once_however_often_it_is_said(db: Mongo) -> None:
    save_organisation(db, SMALL)
    start = now()
    until = start + timedelta(days=2)
    leave = register_leave(db, "head", "key-1", "first", start, until)
    assert register_leave(db, "head", "key-1", "first", start, until) == leave
    assert revision(db) == 2
    directory = load_directory(db)
    during = start + timedelta(days=1)
    assert (directory.is_on_leave("first", during), directory.is_on_leave("second", during)) == (True, False)
    assert (directory.is_on_leave("first", until), directory.is_on_leave("first", until - timedelta(1))) == (
        False,
        True,
    )
    assert set(db["leaves"].find_one() or {}) == {"_id", "steward", "from", "until", "cancelled"}


def test_a_cancelled_leave_is_over_at_once_and_loading_files_does_not_touch_leaves(db: Mongo) -> None:
    save_organisation(db, SMALL)
    start = now()
    one, other = (
        register_leave(db, "head", key, steward, start, start + timedelta(days=2))
        for key, steward in (("key-1", "first"), ("key-2", "second"))
    )
    assert cancel_leave(db, one.leave_id, anybody) == cancel_leave(db, one.leave_id, anybody) == one
    save_organisation(db, WHOLE)
    assert revision(db) == 5
    directory = load_directory(db)
    assert [directory.is_on_leave(who, start + timedelta(hours=1)) for who in ("first", "second")] == [False, True]
    assert other.steward == "second"


def test_a_leave_that_cannot_be_is_refused(db: Mongo) -> None:
    start = now()
    register_leave(db, "head", "key-1", "first", start, start + timedelta(days=2))
    with pytest.raises(KeyReused):
        register_leave(db, "head", "key-1", "second", start, start + timedelta(days=2))
    with pytest.raises(Invalid):
        register_leave(db, "head", "key-2", "first", start, start)
    with pytest.raises(NotFound):
        cancel_leave(db, "nothing", anybody)
    assert (revision(db), db["leaves"].count_documents({})) == (1, 1)


def test_what_an_older_version_stored_is_named(db: Mongo) -> None:
    save_organisation(db, SMALL)
    db["stewards"].update_one({"_id": FIRST.subject}, {"$unset": {"occupation": ""}})
    with pytest.raises(ValueError, match=f"stewards {FIRST.subject} has no occupation"):
        load_directory(db)
