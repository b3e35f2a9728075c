"""`steward replay` and `steward audit`, as they are typed, on a stack of which nothing else is asked."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kombu import Connection
from pymongo import MongoClient

from samples.generate import FOLDER
from shared.contracts.topology import DISPATCH, LOOP_SERVICES, dead_letters, retry_exchange
from steward.audit import audit
from steward.cli import main
from steward.replay.tally import FINALS
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from tests.support.walk import wait_for_units

pytestmark = pytest.mark.servers

REPORTS = 60
PATIENCE = 60
"""Seconds; the broker's own figures are up to 10 s late."""
OPTIONS = ("--seed", "7", "--rework", "0.2", "--withdraw", "0.1", "--reject", "0.3", "--return", "0.2")


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("district")).running(free_ports=True) as stack:
        loaded = steward(stack, "load-organisation", str(FOLDER))
        assert loaded.exit_code == 0, loaded.output
        wait_for_units(stack)
        yield stack


def steward(stack: Stack, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--home", str(stack.home.folder)])


def replayed(stack: Stack, folder: Path, file: Path, *options: str) -> tuple[dict[str, Any], list[str], str]:
    """The tally, the ids and what was printed."""
    done = steward(stack, "replay", str(file), "--json", str(folder / "json"), "--ids", str(folder / "ids"), *options)
    assert done.exit_code == 0, done.output
    return json.loads((folder / "json").read_text()), (folder / "ids").read_text().split(), done.output


def test_every_report_of_the_sample_comes_to_its_end(district: Stack, tmp_path: Path) -> None:
    before = audit(district)
    tally, ids, _ = replayed(district, tmp_path, FOLDER / "reports.jsonl", "--limit", str(REPORTS), *OPTIONS)
    after = audit(district, ids)
    assert (tally["rows"], tally["bad_rows"], tally["reported"], len(set(ids))) == (REPORTS, 0, REPORTS, REPORTS)
    assert sum(tally[final] for final in FINALS) == REPORTS
    assert all(tally[name] for name in ("closed", "withdrawn", "open", "reworked", "returned"))
    assert after.violations == []
    assert after.cases - before.cases == REPORTS
    told = Counter({"open": after.counts["evaluation", "invited"] - before.counts["evaluation", "invited"]})
    for state in ("closed", "withdrawn", "rejected"):
        told[state] = after.counts["intake", state] - before.counts["intake", state]
    assert told == Counter({final: tally[final] for final in told})


def test_the_same_seed_tells_the_same_story(district: Stack, tmp_path: Path) -> None:
    """But for merging, which depends on what lies open when a report comes in."""
    options = ("--limit", "30", *OPTIONS, "--merge", "0")
    tallies = [replayed(district, tmp_path, FOLDER / "reports.jsonl", *options)[0] for _ in range(2)]
    counted = (*FINALS, "accepted", "reworked", "returned")
    assert [tallies[0][name] for name in counted] == [tallies[1][name] for name in counted]


def test_a_dispatcher_sorts_and_places_what_comes_without_category_and_place(district: Stack, tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_text("内容,经度,纬度\n路灯不亮,-122.4,37.77\n,,\n,119.01,25.43\n邻居扰民,,\n", encoding="gb18030")
    options = ("--datum", "WGS-84", "--no-rating", "0", "--reject", "0", "--withdraw", "0")
    tally, ids, output = replayed(district, tmp_path, file, *options)
    assert (tally["rows"], tally["bad_rows"], tally["closed"]) == (3, 1, 2)
    assert "reports.csv:4: text: Must not be blank." in output
    with documents(district, DISPATCH) as client:
        found = list(client.get_default_database(DISPATCH)["work_orders"].find({"_id": {"$in": ids}}))
    assert {order["category"] for order in found} == {"street_lights", "neighbour_dispute"}
    assert all("place" in [event["verb"] for event in order["history"]] for order in found)


def test_a_dispatcher_merges_what_was_reported_before(district: Stack, tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    row = "祠堂前化粪池外溢三天没人管,blocked_pipes,119.0311,25.4711"
    file.write_text("\n".join(["内容,类别,经度,纬度", row, row, row]), encoding="utf-8")
    options = ("--datum", "WGS-84", "--clients", "1", "--withdraw", "0", "--no-rating", "1")
    merged, ids, _ = replayed(district, tmp_path, file, *options, "--merge", "1")
    assert (merged["merged"], merged["open"]) == (2, 1)
    assert audit(district, ids).violations == []
    accepted, _, _ = replayed(district, tmp_path, file, *options, "--merge", "0")
    assert (accepted["merged"], accepted["open"]) == (0, 3)


def test_the_audit_finds_what_somebody_changed_by_hand(district: Stack, tmp_path: Path) -> None:
    _, ids, _ = replayed(district, tmp_path, FOLDER / "reports.jsonl", "--limit", "1", "--no-rating", "0")
    with documents(district, ADMINISTRATOR) as client:
        orders = client[DISPATCH]["work_orders"]
        orders.update_one({"_id": ids[0]}, {"$set": {"state": "in_progress"}})
        try:
            spoilt = steward(district, "audit", "--wait", "0")
        finally:
            orders.update_one({"_id": ids[0]}, {"$set": {"state": "closed"}})
    assert spoilt.exit_code == 1
    assert f"{ids[0]}: dispatch: is in_progress, its history ends in closed" in spoilt.output
    assert steward(district, "audit").exit_code == 0


def test_the_audit_misses_an_acknowledged_case_that_is_nowhere(district: Stack, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("00000000-0000-7000-8000-000000000000\n")
    missing = steward(district, "audit", "--ids", str(tmp_path / "ids"))
    assert missing.exit_code == 1
    assert "00000000-0000-7000-8000-000000000000: was acknowledged, and is nowhere" in missing.output


@pytest.mark.parametrize("service", LOOP_SERVICES)
def test_the_audit_sees_dead_letters(district: Stack, service: str) -> None:
    queue = dead_letters(service)
    wait_until(lambda: audit(district, wait=0).is_clean, PATIENCE, "what the tests before left is not seen to be over")
    with Connection(
        district.addresses.amqp_uri(ADMINISTRATOR), transport_options={"confirm_publish": True}
    ) as connection:
        connection.Producer().publish({"test": "示例"}, exchange=retry_exchange(service), routing_key=queue)
        try:
            holds_one = [f"{queue}: holds 1"]
            wait_until(lambda: _complaints(district) == holds_one, PATIENCE, f"{queue} is not seen to hold a message")
        finally:
            connection.channel().queue_purge(queue)
    wait_until(lambda: audit(district, wait=0).is_clean, PATIENCE, f"{queue} is not seen to be empty again")


def _complaints(district: Stack) -> list[str]:
    return [str(violation) for violation in audit(district, wait=0).violations]


@contextmanager
def documents(stack: Stack, user: str) -> Iterator[MongoClient[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = MongoClient(stack.addresses.mongo_uri(user), tz_aware=True)
    with client:
        yield client
