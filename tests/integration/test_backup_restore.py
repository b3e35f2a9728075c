"""A stack restored from a backup that was taken under load: whole, in agreement with itself, and going on.

While it is taken one service is stopped, so that events are certain to be on their way: their sender has them as
published, and who is to hear them has not.
"""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from samples.generate import FOLDER
from services.feed.log.log import LOG, Log
from shared.contracts import looks
from shared.contracts.topology import DISPATCH, FEED, INTAKE
from shared.kernel.actor import RESIDENT
from steward.audit import audit
from steward.backup.contents import Namespace
from steward.backup.files import file_of, read_part
from steward.backup.manifest import Manifest
from steward.cli import main
from steward.stack import Stack
from steward.stack.ports import Ports
from steward.stack.record import Record, Secrets
from steward.stack.services import programs
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from tests.support.http import Person, dispatcher, resident
from tests.support.pictures import sent
from tests.support.walk import assigned, report, serve

pytestmark = pytest.mark.servers

REPORTS = 120
SAID = {"address": "示例路1号", "contact_name": "张小明", "contact_phone": "13812341234"}
BEFORE = 40
"""Cases that must be acknowledged before the backup begins."""
UNHEARD = 10
"""And those of which their sender alone knows by then."""


@dataclass(frozen=True)
class Backup:
    """`ids`: of all cases acknowledged before it began."""

    folder: Path
    ids: list[str]
    reporter: str
    picture: str


def steward(stack: Stack, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--home", str(stack.home.folder)])


def done(stack: Stack, *arguments: str) -> str:
    result = steward(stack, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("source")).running(free_ports=True) as stack:
        done(stack, "load-organisation", str(FOLDER))
        yield stack


@pytest.fixture(scope="module")
def backup(source: Stack, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """Under load, and with a service that does not get on."""
    folder = tmp_path_factory.mktemp("backup")
    me = resident(source)
    picture = sent(me)
    mine = report(me, pictures=[picture], **SAID)
    ids = folder / "ids"
    with under_load(source, folder):
        wait_until(lambda: len(known(ids)) >= BEFORE, 60, "the load to come")
        source.kill(DISPATCH, signal.SIGSTOP)
        try:
            unheard = [report(me) for _ in range(UNHEARD)]
            before = [mine, *unheard, *known(ids)]
            done(source, "backup", str(folder / "kept"))
        finally:
            source.kill(DISPATCH, signal.SIGCONT)
    return Backup(folder / "kept", before, me.subject, picture)


@contextmanager
def under_load(stack: Stack, folder: Path) -> Iterator[None]:
    command = [str(Path(sys.executable).with_name("steward")), "replay", str(many_reports(folder))]
    options = ["--clients", "6", "--patience", "120", "--ids", str(folder / "ids"), "--home", str(stack.home.folder)]
    replay = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield
        output, _ = replay.communicate(timeout=300)
        assert replay.returncode == 0, output
    finally:
        replay.kill()


def many_reports(folder: Path) -> Path:
    rows = [json.loads(line) for line in (FOLDER / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    many = [{**rows[index % len(rows)], "user": f"resident-{index}"} for index in range(REPORTS)]
    path = folder / "reports.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in many), encoding="utf-8")
    return path


def known(ids: Path) -> list[str]:
    return ids.read_text(encoding="utf-8").split() if ids.exists() else []


@pytest.fixture(scope="module")
def restored(source: Stack, backup: Backup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Elsewhere: other ports, other data folders, the same secrets; the first stack is away when it starts."""
    stack = Stack(tmp_path_factory.mktemp("restored"))
    stack.home.create()
    record = Record(Ports.free(), source.record.secrets)  # while the source has its own: it comes back to them
    programs(record)  # each with a port for its probe
    record.save(stack.home)
    source.down()
    with stack.running(servers_only=True):
        told = done(stack, "restore", str(backup.folder))
        assert "To be published again: 0 " not in told
        stack.up()
        yield stack


def test_it_passes_the_audit_and_has_every_case_that_was_acknowledged_before(restored: Stack, backup: Backup) -> None:
    report_ = audit(restored, backup.ids, wait=60)
    assert report_.violations == []
    assert report_.cases >= len(backup.ids) > BEFORE
    assert report_.counts[INTAKE, "accepted"] + report_.counts[INTAKE, "in_service"] > 0


def test_the_indexes_are_as_they_were(restored: Stack, backup: Backup) -> None:
    with MongoClient[dict[str, Any]](restored.addresses.mongo_uri(ADMINISTRATOR)) as client:
        for part in Manifest.load(backup.folder).parts:
            known = {index["name"] for index in client[part.database][part.collection].list_indexes()} - {"_id_"}
            assert known >= {index["name"] for index in part.indexes}, part.namespace
        assert any("2dsphere" in index["key"].values() for index in client[INTAKE]["units"].list_indexes())


def test_the_figures_are_what_the_cases_say(restored: Stack) -> None:
    """Counted are the cases of the same moment, and what was still to be counted is marked so."""
    done(restored, "indicators", "rebuild")


def test_pictures_and_what_is_encrypted_can_be_read(restored: Stack, backup: Backup) -> None:
    me = Person(restored, RESIDENT, backup.reporter)
    seen = me.case(backup.ids[0])["report"]
    assert seen["pictures"] == [backup.picture]
    assert {name: seen[name] for name in SAID} == SAID
    assert me.get(f"/pictures/{backup.picture}/thumbnail").status_code == 200


def test_the_loop_goes_on_and_no_position_is_given_twice(restored: Stack, backup: Backup) -> None:
    with MongoClient[dict[str, Any]](restored.addresses.mongo_uri(FEED)) as client:
        log = Log(client[FEED])
        kept = _positions(backup)
        me = resident(restored)
        case_id = report(me)
        serve(assigned(restored, me, case_id), case_id)
        wait_until(lambda: bool(log.read(log.tail() - 1, 1).entries), 20, "feed to go on")
        assert log.tail() > kept[-1] + 1_000_000_000
        assert log.read(kept[-1] + 1, 1).lost
        assert not log.read(kept[0], 1).lost
        given_on = log.read(kept[-2], 500).entries
        assert given_on[0].position == kept[-1]
        assert len(given_on) > 1
    assert audit(restored, [case_id], wait=60).violations == []


def test_what_is_encrypted_is_so_in_the_files_too(backup: Backup) -> None:
    everything = b"".join(gzip.decompress(path.read_bytes()) for path in backup.folder.rglob("*.bson.gz"))
    assert backup.ids[0].encode() in everything
    for words in SAID.values():
        assert words.encode() not in everything


def _positions(backup: Backup) -> list[int]:
    part = next(part for part in Manifest.load(backup.folder).parts if part.namespace == (FEED, LOG))
    return sorted(int(document["_id"]) for document in read_part(backup.folder, part))


def test_over_a_stack_that_went_on_what_came_later_is_gone_and_nothing_of_it_confuses(
    source: Stack, backup: Backup
) -> None:
    """Nor does what lies in the queues since then: its numbers are given anew, to other events."""
    source.up()
    me = resident(source)
    later = report(me, **SAID)
    me.wait_for(later, lambda case: case["order"])  # by which its dispatcher may see it
    assert dispatcher(source).case(later)["report"]["contact_name"] == SAID["contact_name"]
    source.kill(DISPATCH, signal.SIGSTOP)
    waiting = [report(resident(source)) for _ in range(5)]
    refused = steward(source, "restore", str(backup.folder), "--replace")
    assert refused.exit_code == 1
    assert "still runs" in refused.output
    source.down()  # dispatch is killed as it lies there: restarted, it might hear what waits
    source.up(servers_only=True)
    refused = steward(source, "restore", str(backup.folder))
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert "Dropped from the queues: 0 " not in done(source, "restore", str(backup.folder), "--replace")
    source.up()
    assert audit(source, backup.ids, wait=60).violations == []
    with MongoClient[dict[str, Any]](source.addresses.mongo_uri(ADMINISTRATOR)) as client:
        assert client[INTAKE].reports.count_documents({"_id": {"$in": [later, *waiting]}}) == 0
        assert client[looks.DATABASE][looks.COLLECTION].count_documents({"case_id": later}) == 1


def test_under_other_secrets_it_is_refused_unless_one_insists(backup: Backup, tmp_path: Path) -> None:
    stack = Stack(tmp_path / "home")
    stack.home.create()
    Record(Ports.free(), Secrets()).save(stack.home)
    refused = steward(stack, "restore", str(backup.folder))
    assert refused.exit_code == 1
    assert all(name in refused.output for name in ("intake", "evaluation", "feed", "phone", "--other-secrets"))
    insisted = steward(stack, "restore", str(backup.folder), "--other-secrets")
    assert "broker does not answer" in insisted.output  # it has gone on to the servers, and there are none


def test_a_damaged_backup_changes_nothing(source: Stack, backup: Backup, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copytree(backup.folder, copy)
    damaged = copy / file_of(Namespace(INTAKE, "reports"))
    damaged.write_bytes(damaged.read_bytes()[:-1])
    source.up()
    before = audit(source, wait=60)
    refused = steward(source, "restore", str(copy), "--replace")
    assert refused.exit_code == 1
    assert "damaged" in refused.output
    assert audit(source, backup.ids).cases == before.cases
