"""`steward dead-letters` and `steward actions`, as they are typed."""

from collections.abc import Iterator

import pytest
from click.testing import Result

from shared.contracts.topology import INTAKE
from shared.runtime.clock import now
from shared.runtime.ladder import failed_again
from steward.healing.actions import LOOK, REPAIR, Action
from steward.healing.workplace import Workplace
from steward.stack import Stack
from tests.support.dead_letters import buried, bury, bury_some, command, dead, workplace

pytestmark = pytest.mark.servers


@pytest.fixture
def at(servers: Stack) -> Iterator[Workplace]:
    with workplace(servers) as at:
        yield at


def _steward(servers: Stack, *arguments: str) -> Result:
    return command(servers, "dead-letters", *arguments)


def test_the_commands_say_what_they_did(servers: Stack, at: Workplace) -> None:
    bury_some(servers, 3)
    listed = _steward(servers, "list", "--error", "odd")
    assert "Busy: odd" in listed.output
    assert "even" not in listed.output
    letter = next(letter.letter_id for letter in buried(at) if "odd" in letter.error)
    shown = _steward(servers, "show", letter, "--body", "--by", "sample-operator")
    assert "示例 1" in shown.output
    assert "WorkStarted" in shown.output
    (look,) = at.actions.latest(1, LOOK)
    assert (look.who, look.about["letter"]) == ("sample-operator", letter)
    assert "requeued 1" in _steward(servers, "requeue", letter).output
    assert "discarded 2" in _steward(servers, "discard", "--all", "--reason", "示例原因").output
    assert "No dead letters" in _steward(servers, "list").output
    done = command(servers, "actions", "--limit", "3").output
    assert done.count("discard") == 2
    assert done.count("requeue") == 1


def test_only_what_was_thrown_away_is_brought_back(servers: Stack, at: Workplace) -> None:
    repair = Action(REPAIR, "sample-operator", "示例原因", INTAKE, {}, {"was": {"state": "closed"}})
    at.actions.note(repair)
    assert "threw nothing away" in _steward(servers, "requeue", "--discarded", repair.action_id).output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["requeue"], "--all"),
        (["discard", "--reason", "示例"], "--all"),
        (["discard", "--all"], "--reason"),
        (["show", "nothing"], "no such dead letter"),
        (["requeue", "--discarded", "nothing"], "threw nothing away"),
        (["list", "--since", "yesterday"], "30m"),
        (["list", "--since", "2026-03-01T08:00:00"], "offset"),
    ],
)
def test_what_is_not_said_clearly_does_nothing(
    servers: Stack, at: Workplace, arguments: list[str], complaint: str
) -> None:
    bodies = bury_some(servers, 2)
    refused = _steward(servers, *arguments)
    assert refused.exit_code != 0
    assert complaint in refused.output
    assert dead(at) == bodies


def test_what_dead_letters_say_cannot_speak_to_the_terminal(servers: Stack, at: Workplace) -> None:
    headers = {"ce-type": "\x1b]0;owned\x07[red]WorkStarted", "ce-subject": "\x1b[2J"}
    bury(servers, INTAKE, [(b"\x1b[2J", failed_again(headers, 4, "\x1b[31mBusy", now()))])
    (letter,) = buried(at)
    output = _steward(servers, "list").output + _steward(servers, "show", letter.letter_id, "--body").output
    assert "\x1b" not in output
    assert "[red]WorkStarted" in output
