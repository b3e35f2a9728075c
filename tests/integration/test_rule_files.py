"""Rule files in a real database: saved together, loaded as they were, provided where there are none."""

from collections.abc import Iterator

import pytest

from services.intake.rulebook import FILES
from shared.contracts.catalogue import CATEGORIES
from shared.runtime.mongo import Mongo, connect
from shared.runtime.rule_files import RULES, StoredFile, load_rule_files, rules_revision, save_rule_files
from steward.stack import Stack
from steward.stack.rules import SHIPPED

pytestmark = pytest.mark.servers

OURS = "示例\r\n".encode("gb18030")


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    """Intake's own database as intake's own user, without rules."""
    database = connect(servers.addresses.mongo_uri("intake"), "intake")
    with database.client:
        database.drop_collection(RULES)
        yield database
        database.drop_collection(RULES)
    servers.provision()


def test_before_the_first_save_there_are_none(db: Mongo) -> None:
    assert (dict(load_rule_files(db)), rules_revision(db)) == ({}, 0)


def test_what_was_saved_is_loaded_byte_for_byte(db: Mongo) -> None:
    assert save_rule_files(db, {"a.csv": OURS, "b.csv": b""})
    assert load_rule_files(db) == {"a.csv": StoredFile("a.csv", OURS), "b.csv": StoredFile("b.csv", b"")}
    assert rules_revision(db) == 1


def test_only_a_change_is_a_new_revision(db: Mongo) -> None:
    save_rule_files(db, {"a.csv": OURS, "b.csv": b"1"})
    assert not save_rule_files(db, {"a.csv": OURS, "b.csv": b"1"})
    assert rules_revision(db) == 1
    assert save_rule_files(db, {"a.csv": OURS, "b.csv": b"2"})
    assert rules_revision(db) == 2
    assert load_rule_files(db)["b.csv"].read_bytes() == b"2"


def test_files_that_are_not_mentioned_stay(db: Mongo) -> None:
    save_rule_files(db, {"a.csv": OURS})
    save_rule_files(db, {"b.csv": b"1"})
    assert set(load_rule_files(db)) == {"a.csv", "b.csv"}


def test_a_save_that_fails_leaves_nothing_of_it_behind(db: Mongo) -> None:
    save_rule_files(db, {"a.csv": OURS})
    with pytest.raises(Exception, match=r"too large|16MB"):
        save_rule_files(db, {"a.csv": b"new", "b.csv": bytes(17_000_000)})
    assert load_rule_files(db) == {"a.csv": StoredFile("a.csv", OURS)}
    assert rules_revision(db) == 1


def test_provisioning_gives_the_shipped_files_to_a_database_without(servers: Stack, db: Mongo) -> None:
    servers.provision()
    assert {name: file.content for name, file in load_rule_files(db).items()} == {
        name: (SHIPPED / name).read_bytes() for name in FILES
    }


def test_provisioning_overwrites_nothing(servers: Stack, db: Mongo) -> None:
    save_rule_files(db, dict.fromkeys(FILES, OURS))
    servers.provision()
    assert load_rule_files(db)[CATEGORIES].content == OURS
    assert rules_revision(db) == 1
