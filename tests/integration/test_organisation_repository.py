"""The organisation in a real database: saved whole, saved once, never forgotten."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from samples.generate import FOLDER
from services.dispatch.organisation.files import Organisation, read_organisation
from services.dispatch.organisation.repository import (
    Changes,
    Mongo,
    load_directory,
    revision,
    save_organisation,
)
from services.dispatch.organisation.stewards import PartnerKind, Steward
from services.dispatch.organisation.tree import Level, Unit
from steward.stack import Stack

pytestmark = pytest.mark.servers

SKILLS = frozenset({
    "care", "charging_facilities", "cleaning", "drainage", "electrical_safety", "flood_response", "gardening",
    "legal_advice", "lighting", "mediation", "order_keeping", "waste_removal", "waste_sorting",
})  # fmt: skip
SQUARE = (((119.0, 25.4), (119.1, 25.4), (119.1, 25.5), (119.0, 25.5), (119.0, 25.4)),)
DISTRICT = Unit("d", "示例区", "Sample District", Level.DISTRICT, None, SQUARE)
GRID = Unit("g", "示例网格", "Sample grid", Level.GRID, "d", SQUARE)
BUILDING = Unit("b", "示例楼栋", "Sample building", Level.BUILDING, "g")
FIRST = Steward("first", "示例管家一", "g", PartnerKind.BUSINESS, frozenset({"lighting", "care"}), "g", 5, "示例承诺")
SECOND = replace(FIRST, subject="second", name="示例管家二", area="d")
SMALL = Organisation((DISTRICT, GRID, BUILDING), (FIRST, SECOND))


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    """Dispatch's own database as dispatch's own user, without an organisation."""
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri("dispatch"))
    with client:
        database = client.get_default_database()
        yield database
        for name in ("units", "stewards", "organisation"):
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
    organisation = read_organisation(FOLDER, SKILLS)
    assert save_organisation(db, organisation).added == len(organisation.units) + len(organisation.stewards)
    directory = load_directory(db)
    assert dict(directory.tree) == {unit.code: unit for unit in organisation.units}
    point = {"type": "Point", "coordinates": [119.04, 25.43]}
    around = {found["_id"] for found in db["units"].find({"polygon": {"$geoIntersects": {"$geometry": point}}})}
    smallest = directory.unit_at(119.04, 25.43)
    assert smallest is not None
    assert around == set(directory.tree.path(smallest))
