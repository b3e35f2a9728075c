"""Who is shown whom: in full, masked, or not at all; and that nobody else's look goes without a note."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.intake.contacts import SEALED
from services.intake.domain import Report
from services.intake.showing import Showing
from shared.kernel.actor import DISPATCHER, INSPECTOR, STEWARD, Actor
from shared.kernel.case_tokens import Grant
from shared.kernel.units import UnitTree
from tests.support.district import UNITS
from tests.support.loop import CONTACTS
from tests.support.people import NOON, RESIDENT_ONE, RESIDENT_TWO

SAID = {
    "text": "示例文字",
    "address": "示例小区3号楼",
    "contact_name": "张小明",
    "contact_phone": "13812341234",
    "contact_email": "ming@example.com",
}
MASKED = {
    "address": "示例e",
    "contact_name": "张**",
    "contact_phone": "138****1234",
    "contact_email": "m**@example.com",
}
HEAD = Actor("head", DISPATCHER, "g")
SERVER, CHECKER = Actor("server", STEWARD), Actor("checker", INSPECTOR, "d")


class Notes(list[tuple[str, str, list[str]]]):
    """Case, subject and fields of every look."""

    def __call__(self, case_id: str, by: Actor, fields: Sequence[str]) -> None:
        self.append((case_id, by.subject, list(fields)))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def showing(notes: Notes) -> Showing:
    return Showing(CONTACTS, UnitTree(UNITS), notes)


def report(state: str = "in_service", **said: str) -> Report:
    facts = {"reporter": RESIDENT_ONE.subject, "followers": [RESIDENT_TWO.subject], "reported_at": NOON}
    facts["unit_path"] = ["d", "s", "c", "e", "g"]
    return Report("case", state, facts=facts, private=CONTACTS.seal(said or SAID))


def grant(to: Actor, serves: bool) -> Grant:
    return Grant("case", to.subject, to.role, serves, NOON.timestamp())


def contact(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: shown[name] for name in SEALED if name in shown}


FULL = {name: SAID[name] for name in SEALED}


def test_the_reporter_is_shown_all_they_said_and_that_is_no_look(showing: Showing, notes: Notes) -> None:
    for shown in (showing.whole(report(), RESIDENT_ONE), showing.brief(report(), RESIDENT_ONE)):
        assert contact(shown) == FULL
    assert notes == []


def test_who_follows_is_shown_nothing_of_the_person(showing: Showing, notes: Notes) -> None:
    for shown in (showing.whole(report(), RESIDENT_TWO), showing.brief(report(), RESIDENT_TWO)):
        assert (contact(shown), shown["text"]) == ({}, SAID["text"])
        assert not shown.keys() & {"reporter", "followers"}
    assert notes == []


@pytest.mark.parametrize("by", [HEAD, SERVER, CHECKER])
def test_who_serves_or_decides_is_shown_all_and_it_is_noted(showing: Showing, notes: Notes, by: Actor) -> None:
    assert contact(showing.whole(report(), by, grant(by, serves=True))) == FULL
    assert notes == [("case", by.subject, [*SEALED])]


@pytest.mark.parametrize("by", [HEAD, SERVER, CHECKER])
@pytest.mark.parametrize("granted", [True, False])
def test_everybody_else_is_shown_a_mask_and_nothing_is_noted(
    showing: Showing, notes: Notes, by: Actor, granted: bool
) -> None:
    shown = showing.whole(report(), by, grant(by, serves=False) if granted else None)
    assert (contact(shown), shown["text"]) == (MASKED, SAID["text"])
    assert notes == []


@pytest.mark.parametrize("by", [HEAD, SERVER])
@pytest.mark.parametrize("state", ["submitted", "in_service", "closed"])
def test_lists_and_answers_to_steps_are_masked_for_all_staff(
    showing: Showing, notes: Notes, by: Actor, state: str
) -> None:
    assert contact(showing.brief(report(state), by)) == MASKED
    assert notes == []


def test_the_desk_that_decides_on_a_report_needs_no_order(showing: Showing, notes: Notes) -> None:
    assert contact(showing.whole(report("submitted"), HEAD)) == FULL
    assert contact(showing.whole(report("rejected"), HEAD)) == MASKED
    assert len(notes) == 1


def test_where_there_is_nothing_personal_there_is_nothing_to_note(showing: Showing, notes: Notes) -> None:
    showing.whole(report(text="示例"), SERVER, grant(SERVER, serves=True))
    assert notes == []


def test_nothing_is_shown_where_the_look_cannot_be_noted(showing: Showing) -> None:
    def away(case_id: str, by: Actor, fields: Sequence[str]) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Showing(CONTACTS, UnitTree(UNITS), away).whole(report(), SERVER, grant(SERVER, serves=True))
