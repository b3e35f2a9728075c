"""What stays and what goes, on the real database: unnamed pictures, half ones, those of erased cases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import eventlet
import pytest
from pymongo import MongoClient

from services.pictures.handlers import Pictures
from services.pictures.picture import NAMED_FOR
from services.pictures.reception import Upload
from services.pictures.repository import MongoPictures
from services.pictures.storage.gridfs_store import GridFSStore
from shared.contracts import event_types as types
from shared.contracts.pictures import VARIANTS, VIEW
from shared.contracts.topology import DISPATCH, INTAKE, PICTURES
from shared.kernel.case import Notice
from shared.kernel.errors import Invalid, NotFound
from shared.runtime.mongo import Mongo
from steward.stack import Stack
from tests.support.pictures import snapshot

pytestmark = pytest.mark.servers

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OWNER = "sample-resident-1"
COLLECTIONS = ("pictures", "looks", "erased", "bytes.files", "bytes.chunks")
NOTHING = {"pictures": 0, "bytes.files": 0, "bytes.chunks": 0}


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(PICTURES), tz_aware=True)
    with client:
        for name in COLLECTIONS:
            client[PICTURES][name].delete_many({})
        yield client[PICTURES]


@pytest.fixture
def pictures(db: Mongo) -> Pictures:
    repository = MongoPictures(db)
    repository.create_indexes()
    return Pictures(repository, GridFSStore(db))


def received(pictures: Pictures, at: datetime = NOON, key: str | None = None) -> str:
    upload = Upload(OWNER, key or str(uuid4()), ("image/jpeg",))
    return pictures.receive(upload, BytesIO(snapshot()), at).picture_id


def report(case_id: str, *picture_ids: str, type: str = types.REPORT_SUBMITTED, at: datetime = NOON) -> Notice:
    return Notice(INTAKE, case_id, 1, type, "submitted", at, {"pictures": list(picture_ids)})


def completed(case_id: str, *rounds: list[str]) -> Notice:
    turns = [{"pictures": picture_ids} for picture_ids in rounds]
    return Notice(DISPATCH, case_id, 9, types.ORDER_COMPLETED, "completed", NOON, {"rounds": [*turns, {}]})


def erased(case_id: str, at: datetime) -> Notice:
    return report(case_id, type=types.REPORT_ERASED, at=at)


def is_shown(pictures: Pictures, picture_id: str) -> bool:
    try:
        pictures.find(picture_id)
    except NotFound:
        return False
    return True


def stored(db: Mongo) -> dict[str, int]:
    return {name: db[name].count_documents({}) for name in NOTHING}


def test_what_is_not_named_is_gone_after_a_day_and_not_before(pictures: Pictures, db: Mongo) -> None:
    picture_id = received(pictures)
    pictures.sweep(NOON + DAY - timedelta(seconds=1))
    assert b"".join(pictures.read(picture_id, VIEW)[1])
    pictures.sweep(NOON + DAY)
    assert not is_shown(pictures, picture_id)
    assert stored(db) == NOTHING


def test_what_a_step_has_named_waits_for_its_event(pictures: Pictures) -> None:
    picture_id = received(pictures)
    pictures.name([picture_id], OWNER, "step", "pictures")
    pictures.sweep(NOON + NAMED_FOR - HOUR)
    assert pictures.follow([report("case", picture_id)]) == []
    pictures.sweep(NOON + 10 * NAMED_FOR)
    assert pictures.find(picture_id).case_id == "case"


def test_pictures_of_every_round_are_attached_and_heard_again_they_stay_so(pictures: Pictures) -> None:
    first, second = received(pictures), received(pictures)
    for _ in range(2):
        assert pictures.follow([completed("case", [first], [second])]) == []
    assert {pictures.find(one).case_id for one in (first, second)} == {"case"}


def test_the_first_case_that_names_it_has_it(pictures: Pictures) -> None:
    picture_id = received(pictures)
    pictures.follow([report("first", picture_id), report("second", picture_id)])
    assert pictures.find(picture_id).case_id == "first"
    with pytest.raises(Invalid):
        pictures.name([picture_id], OWNER, "another step", "pictures")


def test_only_its_owner_names_it(pictures: Pictures) -> None:
    picture_id = received(pictures)
    with pytest.raises(Invalid, match=picture_id):
        pictures.name([picture_id], "somebody else", "step", "pictures")
    pictures.name([picture_id], OWNER, "step", "pictures")


def test_everything_of_an_erased_case_goes(pictures: Pictures, db: Mongo) -> None:
    mine, work, other = received(pictures), received(pictures), received(pictures)
    pictures.follow([report("case", mine), completed("case", [work]), report("other", other)])
    pictures.follow([erased("case", NOON + HOUR)])
    assert [is_shown(pictures, one) for one in (mine, work, other)] == [False, False, True]
    pictures.sweep(NOON + HOUR)
    assert (stored(db)["pictures"], stored(db)["bytes.files"]) == (1, len(VARIANTS))


def test_what_was_sent_before_the_erasure_and_is_heard_of_after_it_goes_too(pictures: Pictures, db: Mongo) -> None:
    late = received(pictures)
    pictures.follow([erased("case", NOON + HOUR), completed("case", [late])])
    assert pictures.find(late).case_id is None
    pictures.sweep(NOON + DAY)
    assert stored(db) == NOTHING


def test_what_a_reopened_case_is_given_after_its_erasure_stays(pictures: Pictures) -> None:
    picture_id = received(pictures, at=NOON + 2 * HOUR)
    pictures.follow([erased("case", NOON + HOUR), report("case", picture_id), erased("case", NOON + HOUR)])
    assert pictures.find(picture_id).case_id == "case"


def test_half_a_picture_is_never_shown_and_is_removed(pictures: Pictures, db: Mongo) -> None:
    """As a process leaves it that is killed while it stores."""
    picture_id = received(pictures)
    db["pictures"].update_one({"_id": picture_id}, {"$set": {"state": "receiving"}, "$unset": {"origin": ""}})
    db["bytes.files"].delete_one({"_id": f"{picture_id}/{VIEW}"})
    assert not is_shown(pictures, picture_id)
    pictures.sweep(NOON + HOUR)
    assert stored(db) == NOTHING


def test_the_same_upload_again_is_taken_though_the_first_has_died(pictures: Pictures, db: Mongo) -> None:
    first = received(pictures, key="key")
    db["pictures"].update_one({"_id": first}, {"$set": {"state": "receiving"}, "$unset": {"origin": ""}})
    again = received(pictures, key="key")
    assert again != first
    assert received(pictures, key="key") == again


def test_of_the_same_upload_twice_at_once_one_is_kept(pictures: Pictures, db: Mongo) -> None:
    threads = [eventlet.spawn(received, pictures, NOON, "key") for _ in range(3)]
    assert len({thread.wait() for thread in threads}) == 1
    pictures.sweep(NOON + HOUR)
    assert stored(db)["pictures"] == 1


def test_a_removal_that_was_killed_half_way_is_finished(pictures: Pictures, db: Mongo) -> None:
    picture_id = received(pictures)
    db["pictures"].update_one({"_id": picture_id}, {"$set": {"state": "leaving"}})
    db["bytes.chunks"].delete_many({})
    pictures.sweep(NOON)
    assert stored(db) == NOTHING


@pytest.mark.parametrize("how", ["named", "attached"])
def test_a_picture_that_is_wanted_while_it_is_swept_stays(pictures: Pictures, db: Mongo, how: str) -> None:
    repository = MongoPictures(db)
    picture_id = received(pictures)
    assert list(repository.overdue(NOON + DAY, 10)) == [picture_id]
    if how == "named":
        pictures.name([picture_id], OWNER, "step", "pictures")
    else:
        pictures.follow([report("case", picture_id)])
    assert not repository.let_go(picture_id, NOON + DAY)
    assert is_shown(pictures, picture_id)


def test_what_cannot_be_understood_of_one_case_keeps_no_other_waiting(pictures: Pictures) -> None:
    picture_id = received(pictures)
    broken = Notice(INTAKE, "broken", 1, types.REPORT_SUBMITTED, "submitted", NOON, {"pictures": 5})
    failures = pictures.follow([broken, report("case", picture_id)])
    assert [notice.case_id for notice, _ in failures] == ["broken"]
    assert pictures.find(picture_id).case_id == "case"
