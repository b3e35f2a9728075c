"""A grant is good for one person in one role, for a minute, and only as it was signed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.kernel.actor import DISPATCHER, STEWARD, Actor
from shared.kernel.case_tokens import LIFETIME, grant_sight, read_grant
from tests.support.people import NOON

KEY = b"a key of grants in tests"
HOLDER = Actor("holder", STEWARD, "g")
TOKEN = grant_sight(KEY, "case", HOLDER, True, NOON)


def test_it_says_what_was_granted() -> None:
    grant = read_grant(KEY, TOKEN, HOLDER, NOON)
    assert grant
    assert (grant.case_id, grant.subject, grant.role, grant.serves) == ("case", "holder", STEWARD, True)


def test_it_is_over_after_a_minute() -> None:
    assert read_grant(KEY, TOKEN, HOLDER, NOON + LIFETIME - timedelta(milliseconds=1))
    assert read_grant(KEY, TOKEN, HOLDER, NOON + LIFETIME) is None


@pytest.mark.parametrize("by", [replace(HOLDER, subject="another"), replace(HOLDER, role=DISPATCHER)])
def test_it_is_of_use_to_nobody_else(by: Actor) -> None:
    assert read_grant(KEY, TOKEN, by, NOON) is None


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        ".",
        "no grant",
        "a.b.c",
        "ü.ü",
        TOKEN.split(".")[0],
        TOKEN[:-4] + "AAAA",
        "A" + TOKEN[1:],
        grant_sight(b"another key", "case", HOLDER, True, NOON),
        f"{grant_sight(KEY, 'other', HOLDER, True, NOON).split('.')[0]}.{TOKEN.split('.')[1]}",
    ],
)
def test_what_was_not_signed_just_so_grants_nothing(token: str | None) -> None:
    assert read_grant(KEY, token, HOLDER, NOON) is None
