"""What is sealed tells nothing, is opened by its own key only, and cannot be put in another field's place."""

from collections.abc import Callable
from typing import Any

import pytest

from services.intake.contacts import BY_PHONE, SEALED, Contacts
from shared.runtime.secrets import derive
from tests.support.loop import intake_over
from tests.support.memory import InMemoryReports
from tests.support.people import NOON, RESIDENT_ONE, command

Sealed = dict[str, Any]

SAID = {name: f"示例 {name}" for name in SEALED}
CONTACTS = Contacts(derive("s" * 32, "one"))


def test_it_comes_back_as_it_was_said() -> None:
    assert CONTACTS.open(CONTACTS.seal({**SAID, "text": "示例"})) == {**SAID, "text": "示例"}


def test_only_what_tells_who_somebody_is_is_sealed_and_nothing_of_it_shows() -> None:
    sealed = CONTACTS.seal({**SAID, "text": "示例", "information": ["示例"]})
    assert (sealed["text"], sealed["information"]) == ("示例", ["示例"])
    assert not [name for name in SEALED if SAID[name].encode() in sealed[name]]


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({CONTACTS.seal(SAID)["contact_phone"] for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "wrong",
    [
        lambda sealed: {"contact_phone": sealed["contact_name"]},
        lambda sealed: {"contact_phone": sealed["contact_phone"][:-1] + bytes([sealed["contact_phone"][-1] ^ 1])},
        lambda sealed: Contacts(derive("s" * 32, "another")).seal(SAID),
        lambda sealed: {"contact_phone": b""},
    ],
    ids=["of another field", "altered", "by another key", "cut off"],
)
def test_what_was_not_sealed_just_so_is_not_opened(wrong: Callable[[Sealed], Sealed]) -> None:
    with pytest.raises(ValueError, match="INTAKE_SECRET"):
        CONTACTS.open(wrong(CONTACTS.seal(SAID)))


def test_what_was_kept_before_fields_were_sealed_stays_readable() -> None:
    assert CONTACTS.open(SAID) == SAID


def test_a_report_keeps_no_personal_field_as_it_was_said() -> None:
    reports = InMemoryReports()
    said = {name: value for name, value in SAID.items() if name != "contact_email"}
    made = intake_over(reports).carry_out("submit", command(RESIDENT_ONE, text="示例", **said), NOON)
    kept = reports.load(made.case_id)
    assert kept
    assert kept.private.keys() == {*said, "text", BY_PHONE}
    assert not [value for value in said.values() if value in repr(kept)]


def test_a_number_is_found_however_it_was_written_down_and_by_the_key_only() -> None:
    ways = ("13800000000", "+86 138 0000 0000", "138-0000-0000")
    assert len({CONTACTS.by_phone(way) for way in ways}) == 1
    assert CONTACTS.by_phone("13800000001") != CONTACTS.by_phone("13800000000")
    assert CONTACTS.by_phone("12345") == CONTACTS.by_phone("1 23 45")
    assert Contacts(derive("s" * 32, "another")).by_phone(ways[0]) != CONTACTS.by_phone(ways[0])
