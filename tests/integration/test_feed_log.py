"""The log on the real database: gapless whoever appends, read on from anywhere, and honest about what has expired."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import eventlet
import pytest
from pymongo import MongoClient

from services.feed.log.entries import Entry
from services.feed.log.log import LOG, Log, prepare_log
from services.feed.log.ordering import PATIENCE
from services.feed.log.recording import Recorder
from services.feed.log.standings import Standings
from shared.contracts.topology import FEED
from shared.runtime.clock import now
from shared.runtime.mongo import Mongo
from steward.stack import Stack
from tests.support.feed import dispatch_says, intake_says

pytestmark = pytest.mark.servers

WEEK = timedelta(days=7)
AT = now()
"""Not a week ago: what is older the database takes away itself, whenever its minute comes."""


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    """Of its own, as a running feed would hear what other tests do."""
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(FEED), tz_aware=True)
    with client:
        for name in client[FEED].list_collection_names():
            client[FEED].drop_collection(name)
        prepare_log(client[FEED], WEEK)
        yield client[FEED]
        for name in client[FEED].list_collection_names():
            client[FEED].drop_collection(name)


def entries(case_id: str, sequences: range) -> list[Entry]:
    return [Entry.of(intake_says(case_id, sequence), ("d",), (f"case:{case_id}", "unit:d")) for sequence in sequences]


def test_many_appending_at_once_leave_no_gap_and_no_double(db: Mongo) -> None:
    batches = [entries(f"case-{number}", range(1, 6)) for number in range(20)]
    threads = [eventlet.spawn(Log(db).append, batch, AT) for batch in (*batches, *batches)]
    for thread in threads:
        thread.wait()
    excerpt = Log(db).read(0, 500)
    assert [entry.position for entry in excerpt.entries] == list(range(1, 101))
    for number in range(20):
        told = [entry.sequence for entry in excerpt.entries if entry.case_id == f"case-{number}"]
        assert told == [1, 2, 3, 4, 5]


def test_a_reader_goes_on_from_where_it_was(db: Mongo) -> None:
    Log(db).append([*entries("a", range(1, 4)), *entries("b", range(1, 4))], AT)
    first = Log(db).read(0, 2, ["case:b"])
    assert ([entry.position for entry in first.entries], first.upto) == ([4, 5], 5)
    rest = Log(db).read(first.upto, 2, ["case:b"])
    assert ([entry.position for entry in rest.entries], rest.upto) == ([6], 6)


def test_what_has_expired_is_told_and_positions_go_on(db: Mongo) -> None:
    log = Log(db)
    log.append(entries("a", range(1, 7)), AT)
    db[LOG].delete_many({"_id": {"$lte": 3}})
    assert log.read(2, 10).lost
    assert [entry.position for entry in log.read(3, 10).entries] == [4, 5, 6]
    db[LOG].delete_many({})
    assert (log.read(5, 10).lost, log.read(6, 10).lost, log.read(7, 10).lost) == (True, False, True)
    log.append(entries("b", range(1, 2)), AT)
    assert [entry.position for entry in log.read(6, 10).entries] == [7]


def test_a_leap_leaves_a_gap_that_nobody_reads_on_from_but_all_read_over(db: Mongo) -> None:
    log = Log(db)
    log.append(entries("a", range(1, 4)), AT)
    log.leap(1000)
    assert (log.tail(), log.read(1, 10).upto, log.read(1000, 10).lost) == (1000, 1000, False)
    log.append(entries("b", range(1, 3)), AT)
    assert [entry.position for entry in log.read(1, 10).entries] == [2, 3, 1001, 1002]
    assert [entry.position for entry in log.read(1000, 10).entries] == [1001, 1002]
    assert [log.read(after, 10).lost for after in (3, 4, 500, 999)] == [True] * 4
    log.leap(7)
    assert log.tail() == 1002


def test_another_retention_is_taken_up_at_the_next_start(db: Mongo) -> None:
    prepare_log(db, timedelta(hours=1))
    assert db[LOG].index_information()["expiry"]["expireAfterSeconds"] == 3600


def test_what_came_early_waits_in_the_database(db: Mongo) -> None:
    def recorder() -> Recorder:
        return Recorder(Standings(db), Log(db))

    recorder().take([dispatch_says("a", 2, unit_path=["d"]), intake_says("a", 3)], AT)
    assert Log(db).tail() == 0
    recorder().take([dispatch_says("a", 1, unit_path=["d"])], AT)
    assert [entry.sequence for entry in Log(db).read(0, 10).entries] == [1, 2]
    recorder().give_up_waiting(AT + PATIENCE)
    recorder().take([intake_says("a", 2), intake_says("a", 3), intake_says("a", 1)], AT)
    told = [(entry.source, entry.sequence) for entry in Log(db).read(2, 10).entries]
    assert told == [("intake", 3), ("intake", 1), ("intake", 2)]


def test_two_instances_hear_the_same_and_write_it_once(db: Mongo) -> None:
    notices = [intake_says(f"case-{number % 7}", number // 7 + 1) for number in range(70)]
    threads = [
        eventlet.spawn(Recorder(Standings(db), Log(db)).take, batch, AT)
        for batch in (notices[:40], notices[20:], notices[10:50])
    ]
    for thread in threads:
        thread.wait()
    Recorder(Standings(db), Log(db)).give_up_waiting(AT + timedelta(seconds=1))
    excerpt = Log(db).read(0, 500)
    assert len(excerpt.entries) == 70
    for number in range(7):
        told = [entry.sequence for entry in excerpt.entries if entry.case_id == f"case-{number}"]
        assert told == list(range(1, 11))
