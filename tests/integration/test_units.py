"""The units in a service's own database: saved whole, loaded whole, never forgotten."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.contracts.topology import EVALUATION, INTAKE
from shared.kernel.units import Level, Unit
from shared.runtime.mongo import Mongo, connect
from shared.runtime.reference_data import REVISIONS, Changes
from shared.runtime.units import UNITS, load_units, save_units, units_revision
from steward.stack import Stack

pytestmark = pytest.mark.servers

SQUARE = (((119.0, 25.4), (119.1, 25.4), (119.1, 25.5), (119.0, 25.5), (119.0, 25.4)),)
DISTRICT = Unit("d", "示例区", "Sample District", Level.DISTRICT, None, SQUARE)
GRID = Unit("g", "示例网格", "Sample grid", Level.GRID, "d", SQUARE)
BUILDING = Unit("b", "示例楼栋", "Sample building", Level.BUILDING, "g")
ALL = (DISTRICT, GRID, BUILDING)


@pytest.fixture(params=[INTAKE, EVALUATION])
def db(servers: Stack, request: pytest.FixtureRequest) -> Iterator[Mongo]:
    """The service's own database as its own user, without units."""
    database = connect(servers.addresses.mongo_uri(request.param), request.param)
    with database.client:
        yield database
        for name in (UNITS.collection, REVISIONS):
            database.drop_collection(name)


def test_before_the_first_load_there_are_none(db: Mongo) -> None:
    assert (dict(load_units(db)), units_revision(db)) == ({}, 0)


def test_what_was_saved_is_loaded_and_saving_it_again_changes_nothing(db: Mongo) -> None:
    assert save_units(db, ALL) == Changes(added=3)
    assert save_units(db, ALL) == Changes(unchanged=3)
    assert dict(load_units(db)) == {unit.code: unit for unit in ALL}
    assert units_revision(db) == 1


def test_a_change_is_one_new_revision_and_who_is_gone_is_retired(db: Mongo) -> None:
    save_units(db, ALL)
    renamed = replace(GRID, name_zh="示例新网格")
    assert save_units(db, (DISTRICT, renamed)) == Changes(changed=1, removed=1, unchanged=1)
    assert dict(load_units(db)) == {"d": DISTRICT, "g": renamed}
    assert units_revision(db) == 2
    assert db["units"].find_one({"_id": "b"}, {"name_zh": 1, "retired": 1}) == {
        "_id": "b",
        "name_zh": "示例楼栋",
        "retired": True,
    }
