"""`steward load-rules` while the services run: taken up without a restart, or refused whole."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from services.intake.quick_file import QUICK
from shared.contracts.catalogue import CATEGORIES
from shared.runtime.dependencies import Refreshed
from shared.runtime.mongo import Mongo, connect
from shared.runtime.rule_files import load_rule_files, rules_revision, save_rule_files
from steward.cli import main
from steward.stack import Stack
from steward.stack.rules import SERVICE_RULES, SHIPPED
from steward.stack.waiting import wait_until
from tests.support.http import resident
from tests.support.walk import report

pytestmark = pytest.mark.servers

SECONDS = 20
"""Until running services have taken up what was loaded; they look once a second."""
SHIPPED_CATALOGUE = (SHIPPED / CATEGORIES).read_text(encoding="utf-8")
GRAFFITI = "graffiti,示例涂鸦,Sample graffiti,incident,waste,涂鸦,cleaning,2h,24h,no,no,after,property,100,3,yes\n"
WITH_GRAFFITI = SHIPPED_CATALOGUE + GRAFFITI
STAIRS = "stairs,cleaning,示例楼道脏乱,Sample dirty stairs,stairs\n"
CLEANING = next(line for line in SHIPPED_CATALOGUE.splitlines(keepends=True) if line.startswith("cleaning,"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of its own, as rows that were once loaded do not go away."""
    with Stack(tmp_path_factory.mktemp("rules")).running(free_ports=True) as stack:
        yield stack


@pytest.fixture(autouse=True)
def _shipped_again(running: Stack) -> Iterator[None]:
    yield
    for rules in SERVICE_RULES:
        with database(running, rules.service) as db:
            save_rule_files(db, {name: (SHIPPED / name).read_bytes() for name in rules.names})
    wait_until(lambda: offered(running).keys() == shipped_codes(), SECONDS, "the shipped rules are not back")


@contextmanager
def database(stack: Stack, service: str) -> Iterator[Mongo]:
    db = connect(stack.addresses.mongo_uri(service), service)
    with db.client:
        yield db


def shipped_codes() -> set[str]:
    return {line.split(",")[0] for line in SHIPPED_CATALOGUE.splitlines()[1:]}


def load(stack: Stack, folder: Path, catalogue: str, more_choices: str = "") -> Result:
    for name in {name for rules in SERVICE_RULES for name in rules.names}:
        (folder / name).write_bytes((SHIPPED / name).read_bytes())
    (folder / CATEGORIES).write_text(catalogue, encoding="utf-8")
    with (folder / QUICK).open("a", encoding="utf-8") as choices:
        choices.write(more_choices)
    return CliRunner().invoke(main, ["load-rules", str(folder), "--home", str(stack.home.folder)])


def offered(stack: Stack) -> dict[str, dict[str, Any]]:
    answer = requests.get(f"{stack.addresses.gateway}/categories", timeout=30)
    assert answer.status_code == 200, answer.text
    return {category["code"]: category for category in answer.json()}


def quick_choices(stack: Stack) -> list[str]:
    return [choice["code"] for choice in requests.get(f"{stack.addresses.gateway}/quick", timeout=30).json()]


def submit(stack: Stack, category: str) -> requests.Response:
    return resident(stack).post("/reports", {"text": "示例", "category": category})


def revisions(stack: Stack) -> list[int]:
    found = []
    for rules in SERVICE_RULES:
        with database(stack, rules.service) as db:
            found.append(rules_revision(db))
    return found


def test_the_catalogue_says_what_a_client_needs(running: Stack) -> None:
    shown = offered(running)
    assert shown.keys() == shipped_codes()
    assert shown["overflowing_sewage"] == {
        "code": "overflowing_sewage",
        "name_zh": "污水横流",
        "name_en": "Overflowing sewage",
        "kind": "incident",
        "family": "water",
        "keywords": ["污水", "横流", "化粪池", "臭水", "外溢", "粪水", "冒水"],
        "skills": ["cleaning", "drainage"],
        "accept_limit": "1h",
        "limit": "12h",
        "urgent": True,
        "verification": True,
        "evidence": ["before", "after"],
        "duty": "department",
    }
    assert (shown["small_wish"]["limit"], shown["other"]["evidence"]) == (None, [])


def test_a_new_category_is_taken_up_by_running_services(running: Stack, tmp_path: Path) -> None:
    assert submit(running, "graffiti").status_code == 422
    loaded = load(running, tmp_path, WITH_GRAFFITI)
    assert loaded.exit_code == 0, loaded.output
    rows = [line for line in loaded.output.splitlines() if CATEGORIES in line]
    assert [[cell.strip() for cell in row.split("│")[1:-1]][:4] for row in rows] == [
        ["dispatch", CATEGORIES, "1", "0"],
        ["evaluation", CATEGORIES, "1", "0"],
        ["feed", CATEGORIES, "1", "0"],
        ["intake", CATEGORIES, "1", "0"],
    ]
    wait_until(lambda: "graffiti" in offered(running), SECONDS, "not taken up")
    me = resident(running)
    case_id = me.post("/reports", {"text": "示例", "category": "graffiti"}).json()["case_id"]
    assert me.wait_for(case_id, lambda case: case["order"])["order"]["category"] == "graffiti"


def test_a_category_that_is_no_longer_offered_takes_no_new_cases(running: Stack, tmp_path: Path) -> None:
    me, body = resident(running), {"text": "示例", "category": "cleaning"}
    case_id = me.post("/reports", body, key="before").json()["case_id"]
    loaded = load(running, tmp_path, SHIPPED_CATALOGUE.replace(CLEANING, CLEANING.replace(",yes\n", ",no\n")))
    assert loaded.exit_code == 0, loaded.output
    wait_until(lambda: "cleaning" not in offered(running), SECONDS, "not taken up")
    refused = me.post("/reports", body, key="after")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "category")
    assert "已停用" in refused.json()["errors"][0]["messages"][0]
    assert me.post("/reports", body, key="before").json()["case_id"] == case_id
    assert me.case(case_id)["report"]["category"] == "cleaning"


def test_a_choice_of_couriers_is_shown_as_long_as_its_category_is_offered(running: Stack, tmp_path: Path) -> None:
    loaded = load(running, tmp_path, SHIPPED_CATALOGUE, more_choices=STAIRS)
    assert loaded.exit_code == 0, loaded.output
    wait_until(lambda: "stairs" in quick_choices(running), SECONDS, "not taken up")
    not_offered = SHIPPED_CATALOGUE.replace(CLEANING, CLEANING.replace(",yes\n", ",no\n"))
    assert load(running, tmp_path, not_offered, more_choices=STAIRS).exit_code == 0
    wait_until(lambda: "stairs" not in quick_choices(running), SECONDS, "still shown")


def test_bad_files_are_refused_whole_and_the_running_rules_stay(running: Stack, tmp_path: Path) -> None:
    before = revisions(running)
    bad = SHIPPED_CATALOGUE.replace(CLEANING, "").replace("2h,24h", "2h,soon", 1) + GRAFFITI
    refused = load(running, tmp_path, bad)
    assert refused.exit_code == 1
    assert "categories.csv:2: limit: Must be a number of" in refused.output
    assert refused.output.count("categories.csv:1: code: cleaning is in use: set offered to no instead") == 1
    assert "2 problems" in refused.output
    assert revisions(running) == before
    assert offered(running).keys() == shipped_codes()
    assert submit(running, "graffiti").status_code == 422
    assert submit(running, "cleaning").status_code == 201


def test_a_folder_without_the_files_is_refused(running: Stack, tmp_path: Path) -> None:
    refused = CliRunner().invoke(main, ["load-rules", str(tmp_path), "--home", str(running.home.folder)])
    assert refused.exit_code == 1
    assert "categories.csv:1: file: No such file or directory" in refused.output


def test_the_shipped_files_are_the_default_and_change_nothing(running: Stack) -> None:
    before = revisions(running)
    loaded = CliRunner().invoke(main, ["load-rules", "--home", str(running.home.folder)])
    assert (loaded.exit_code, revisions(running)) == (0, before)


def test_stored_rules_that_are_not_understood_leave_the_running_ones_in_place(running: Stack, tmp_path: Path) -> None:
    log = running.home.logs / "intake.log"
    with database(running, "intake") as db:
        save_rule_files(db, {CATEGORIES: b"code,colour\ncleaning,red\n"})
        complaint = f"revision {rules_revision(db)} in intake not taken up"
    pid = running.pid("intake")
    wait_until(lambda: complaint in log.read_text(encoding="utf-8"), SECONDS, "no word in the log")
    time.sleep(2.5 * Refreshed.EVERY)
    assert log.read_text(encoding="utf-8").count(complaint) == 1
    assert submit(running, "rubbish_heap").status_code == 201
    # Also of a stored file with other columns it is known which rows it has.
    refused = load(running, tmp_path, SHIPPED_CATALOGUE.replace(CLEANING, ""))
    assert "cleaning is in use" in refused.output
    loaded = load(running, tmp_path, WITH_GRAFFITI)
    assert loaded.exit_code == 0, loaded.output
    wait_until(lambda: "graffiti" in offered(running), SECONDS, "not taken up")
    assert running.pid("intake") == pid


def said_of_its_files(log: Path, words: str) -> bool:
    return words in log.read_text(encoding="utf-8").rpartition("InvalidFile")[2]


def test_a_process_does_not_start_on_rules_that_it_does_not_understand(running: Stack) -> None:
    log = running.home.logs / "dispatch.log"
    with database(running, "dispatch") as db:
        good = {name: file.content for name, file in load_rule_files(db).items()}
        save_rule_files(db, {CATEGORIES: b"code\ncleaning\n"})
        running.kill("dispatch")
        for words in ("categories.csv:1: limit: column is missing", "Stored in the database dispatch: load the files"):
            wait_until(partial(said_of_its_files, log, words), SECONDS, f"it does not say {words}")
        save_rule_files(db, good)
    running.wait_for_services()


def test_a_new_limit_moves_the_deadlines_of_open_orders(running: Stack, tmp_path: Path) -> None:
    me = resident(running)
    case_id = report(me, category="cleaning")
    due_at = me.wait_for(case_id, lambda case: case["order"] and case["order"]["due_at"])["order"]["due_at"]
    loaded = load(running, tmp_path, SHIPPED_CATALOGUE.replace(CLEANING, CLEANING.replace(",24h,", ",48h,")))
    assert loaded.exit_code == 0, loaded.output
    moved = me.wait_for(case_id, lambda case: case["order"]["due_at"] != due_at)["order"]
    assert datetime.fromisoformat(moved["due_at"]) - datetime.fromisoformat(due_at) == timedelta(hours=24)
    assert moved["timeline"][-1]["event"] == "OrderRescheduled"
