"""The steps of the loop over HTTP, as tests take them."""

import csv
from pathlib import Path
from random import sample
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner

from samples.generate import FOLDER
from services.dispatch.organisation.shifts import ALWAYS
from services.dispatch.organisation.tables import STEWARDS
from shared.contracts.topology import INTAKE
from shared.runtime.mongo import connect
from steward.cli import main
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.http import PATIENCE, Person, dispatcher, resident, steward

INSIDE = {"lon": 119.021051, "lat": 25.397065, "datum": "GCJ-02"}
HAPPY = {"contacted": True, "resolved": True, "satisfaction": "satisfied", "stars": 5}
UNHAPPY = {"contacted": True, "resolved": False, "satisfaction": "dissatisfied", "stars": 1, "words": "还是老样子"}
PICTURES = [
    {"kind": kind, "reference": f"{kind}.jpg", "taken_at": "2026-03-01T08:30:00+08:00"} for kind in ("before", "after")
]
PLENTY = 10_000
DONE = {"answer": "已清理完毕。", "evidence": PICTURES}


def load_district(stack: Stack) -> None:
    """Load the sample organisation, awake at all hours and never full; return once dispatch and intake use it."""
    with TemporaryDirectory() as folder:
        _tireless(Path(folder))
        loaded = CliRunner().invoke(main, ["load-organisation", folder, "--home", str(stack.home.folder)])
    assert loaded.exit_code == 0, loaded.output
    head = dispatcher(stack)
    wait_until(lambda: _are_tireless(head), PATIENCE, "dispatch to take up the organisation")
    wait_until(lambda: _are_placed(stack), PATIENCE, "intake to take up the units")


def wait_for_units(stack: Stack) -> None:
    """Until dispatch has taken up an organisation, where there was none before."""
    head = dispatcher(stack)
    wait_until(lambda: bool(head.get("/units").json()), PATIENCE, "dispatch to take up the organisation")


def _tireless(folder: Path) -> None:
    """A copy of the sample in which nobody is ever off shift, or full: tests run at any hour, and leave cases open."""
    copytree(FOLDER, folder, dirs_exist_ok=True)
    stewards = folder / STEWARDS.name
    rows = list(csv.DictReader(stewards.read_text(encoding="utf-8").splitlines()))
    with stewards.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows({**row, "shift": ALWAYS.text, "capacity": PLENTY} for row in rows)


def _are_tireless(by: Person) -> bool:
    """Whether dispatch goes by these stewards: not by nobody yet, nor by an organisation loaded before."""
    answer = by.get("/stewards?unit=licheng")
    return answer.ok and {one["shift"] for one in answer.json()} == {ALWAYS.text}


def _are_placed(stack: Stack) -> bool:
    """Whether reports find their place: every process looks for the units by itself."""
    me = resident(stack)
    case_id = report(me, category=None)
    assert me.post(f"/reports/{case_id}/withdraw").status_code == 200
    return unit_path(stack, case_id) is not None


def unit_path(stack: Stack, case_id: str) -> list[str] | None:
    """Of the report, as intake keeps it; None where it lies nowhere."""
    db = connect(stack.addresses.mongo_uri(INTAKE), INTAKE)
    with db.client:
        found = db["reports"].find_one({"_id": case_id}, {"unit_path": 1})
    assert found is not None
    return found.get("unit_path")


def some_words() -> str:
    """Twenty characters that no other report has: it is like none, and accepted at once."""
    return "".join(map(chr, sample(range(0x4E00, 0x9FA6), 20)))


def report(by: Person, **changes: Any) -> str:
    """The id of a new case; a change to None leaves the field out."""
    body = {"text": some_words(), "category": "rubbish_heap", "position": INSIDE, **changes}
    answer = by.post("/reports", {name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["case_id"])


def assigned(stack: Stack, by: Person, case_id: str) -> Person:
    """The steward that the order went to, once it has."""
    case = by.wait_for(case_id, lambda case: case["order"] and case["order"].get("assignee"))
    return steward(stack, case["order"]["assignee"])


def serve(by: Person, case_id: str) -> None:
    """From acceptance to completion, with pictures."""
    for step, body in (("accept", {}), ("start", {}), ("complete", DONE)):
        answer = by.post(f"/orders/{case_id}/{step}", body)
        assert answer.status_code == 200, answer.text


def wait_for_invitation(by: Person, case_id: str) -> None:
    """Until its reporter may rate it; evaluation hears of a case later than the others."""
    by.wait_for(case_id, lambda case: case["evaluation"] and case["evaluation"]["state"] == "invited")


def rate(by: Person, case_id: str, answers: dict[str, Any]) -> None:
    """Answer the invitation, once it has come."""
    by.wait_for(case_id, lambda case: case["evaluation"] and case["evaluation"]["state"] in ("invited", "rated"))
    answer = by.post(f"/evaluations/{case_id}/rate", answers)
    assert answer.status_code == 200, answer.text


def issue_link(by: Person, case_id: str, reporter: str) -> str:
    """The token of a link by which that reporter rates, as a dispatcher gets it."""
    answer = by.post(f"/evaluations/{case_id}/issue_link", {"reporter": reporter})
    assert answer.status_code == 200, answer.text
    return str(next(link["token"] for link in answer.json()["links"] if link["reporter"] == reporter))
