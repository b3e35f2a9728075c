"""What is shown of a person to whoever neither serves nor decides: the rule book of `services.intake.masking`."""

from typing import Any

import pytest

from services.intake.contacts import SEALED
from services.intake.masking import MASKS, mask_email, mask_name, mask_phone, masked
from shared.kernel.units import UnitTree
from tests.support.district import UNITS

TREE = UnitTree(UNITS)
SAID = {
    "contact_name": "张小明",
    "contact_phone": "13812341234",
    "contact_email": "ming@example.com",
    "address": "示例小区3号楼502室",
    "text": "示例",
}


@pytest.mark.parametrize(
    ("name", "shown"), [("张小明", "张**"), (" 欧阳 ", "欧**"), ("Li Ming", "L**"), ("张", "张**")]
)
def test_of_a_name_the_first_character_is_left_and_not_how_long_it_is(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812341234", "138****1234"),
        ("+8613812341234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("0594-2691234", "059****1234"),
        ("2691234", "****34"),
        ("12345", "****45"),
        ("", "****"),
    ],
)
def test_of_a_number_too_little_is_left_to_call_it(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


def test_of_an_address_of_mail_the_domain_is_left() -> None:
    assert mask_email("ming@example.com") == "m**@example.com"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (["d", "s", "c", "e", "g"], "示例e"),
        (["d", "s", "c"], "示例c"),
        (["d", "s", "c", "pulled-down"], "示例c"),
        (["elsewhere"], None),
        ([], None),
    ],
)
def test_an_address_is_the_estate_or_what_is_above_it(path: list[str], place: str | None) -> None:
    assert masked(SAID, path, TREE).get("address") == place


def test_nothing_personal_is_left_as_it_was_said_and_nothing_is_made_up() -> None:
    shown = masked(SAID, ["d", "s", "c", "e", "g"], TREE)
    assert shown.keys() == {*SEALED}
    assert not [value for value in shown.values() if value in SAID.values()]
    assert masked({"text": "示例"}, ["d"], TREE) == {}


def test_every_personal_field_has_its_mask() -> None:
    others: set[Any] = {*SEALED} - {"address"}
    assert MASKS.keys() == others
