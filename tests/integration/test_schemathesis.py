"""The API does what its document says, whatever it is asked: schemathesis, with every check it has, in each role.

Each role asks for what is meant for it; that the rest is refused is `test_rights.py`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.gateway.app import create_app
from services.gateway.openapi.document import operations_of
from services.gateway.openapi.serving import documented
from shared.runtime.calls import Calls
from steward.stack import Stack
from tests.support.exploring import EXPLORING
from tests.support.http import Person, analyst, dispatcher, inspector, representative, resident
from tests.support.rights import EVERYONE, RULES
from tests.support.settings import SETTINGS
from tests.support.walk import assigned, load_district, report

pytestmark = pytest.mark.servers

SECONDS = 20
"""That one role asks, at most."""
CONFIG = """
[warnings]
enabled = false

[parameters]
{parameters}

# What is well-formed may still be refused for what it says: no such category, not in this state, too late;
# and what is known already is not sent again.
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "503"]
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Of its own: what it finds there is what it made, and it makes much."""
    with Stack(tmp_path_factory.mktemp("schemathesis")).running(free_ports=True) as stack:
        yield stack


@pytest.fixture(scope="module")
def people(stack: Stack) -> Mapping[str, tuple[Person, Mapping[str, str]]]:
    """In each role somebody, and what there is for them to ask about."""
    load_district(stack)
    me = resident(stack)
    mine = {"path.case_id": report(me)}
    serving = assigned(stack, me, mine["path.case_id"])
    own = {"path.subject": serving.subject}
    others = {"resident": me, "dispatcher": dispatcher(stack), "inspector": inspector(stack)}
    return {role: (person, mine) for role, person in others.items()} | {
        "steward": (serving, mine | own),
        "analyst": (analyst(stack), {}),
        "representative": (representative(stack), {}),
    }


@pytest.mark.parametrize("role", ["resident", "steward", "dispatcher", "inspector", "analyst", "representative"])
def test_it_does_what_the_document_says(
    stack: Stack, people: Mapping[str, tuple[Person, Mapping[str, str]]], role: str, tmp_path: Path
) -> None:
    person, known = people[role]
    config = tmp_path / "schemathesis.toml"
    config.write_text(CONFIG.format(parameters="\n".join(f'"{name}" = "{value}"' for name, value in known.items())))
    asked = [word for name in operations_for(role) for word in ("--include-operation-id", name)]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", config, "--no-color"),
            *("run", f"{stack.addresses.gateway}/openapi.en.json", *asked),
            *("--header", f"Authorization: Bearer {person.token}", "--checks", "all"),
            *("--phases", "examples,coverage,fuzzing", "--max-time", str(SECONDS), "--no-shrink"),
            "--continue-on-failure",
            *(() if EXPLORING else ("--seed", "1")),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=SECONDS * 8,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr
    assert f"Tested: {len(asked) // 2}" in run.stdout, run.stdout


def operations_for(role: str) -> list[str]:
    """operationIds of what stands in the document and is for this role, or for everybody; but no endless streams."""
    document = create_app(SETTINGS, Calls()).test_client().get("/openapi.json").get_json()
    theirs = {documented(route.partition(" ")[2]) + route.partition(" ")[0].lower() for route in rules_for(role)}
    return [
        operation["operationId"]
        for path, method, operation in operations_of(document)
        if path + method in theirs and not is_endless(operation)
    ]


def is_endless(operation: Mapping[str, Any]) -> bool:
    """A stream of events: who waits for the end of the answer waits for ever."""
    return "text/event-stream" in operation["responses"].get("200", {}).get("content", {})


def rules_for(role: str) -> list[str]:
    return [route for route, rule in RULES.items() if {role, EVERYONE} & {*rule.roles}]
