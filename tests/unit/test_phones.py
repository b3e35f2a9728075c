"""Telephone numbers: the same however they are written, and a subject that tells nothing of them."""

import hashlib
import hmac

import pytest
from marshmallow import Schema, ValidationError

from services.gateway.identity.phones import Phones
from shared.contracts.phones import Phone, e164

SECRET = "a secret of thirty-two bytes, at least"


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("13800000000", "+8613800000000"),
        ("138 0000 0000", "+8613800000000"),
        ("+86 138-0000-0000", "+8613800000000"),
        ("0086 13800000000", "+8613800000000"),
        ("0594-2691234", "+865942691234"),
        ("(0594) 2691234", "+865942691234"),
        ("+852 2123 4567", "+85221234567"),
        ("１３８００００００００", "+8613800000000"),
    ],
)
def test_however_it_is_written_it_is_the_same_number(given: str, number: str) -> None:
    assert e164(given) == number
    assert e164(number) == number


@pytest.mark.parametrize("given", ["", "2691234", "12345", "1380000000", "+999 123", "a phone", "0594-2691234 ext. 5"])
def test_what_nobody_could_call_is_refused_with_words(given: str) -> None:
    with pytest.raises(ValueError, match="Give a telephone number"):
        e164(given)
    with pytest.raises(ValidationError, match="Give a telephone number"):
        Schema.from_dict({"phone": Phone()})().load({"phone": given})


@pytest.mark.parametrize("given", [13800000000, None, ["13800000000"], "1" * 4000])
def test_what_is_no_text_or_far_too_long_is_refused(given: object) -> None:
    with pytest.raises(ValidationError):
        Schema.from_dict({"phone": Phone()})().load({"phone": given})


def test_the_subject_is_an_hmac_under_a_key_of_its_own() -> None:
    key = hmac.digest(SECRET.encode(), b"subject-by-phone", "sha256")
    expected = "p-" + hmac.new(key, b"+8613800000000", hashlib.sha256).hexdigest()
    assert Phones(SECRET).subject_of("+8613800000000") == expected
    assert Phones(SECRET + "!").subject_of("+8613800000000") != expected


def test_a_short_secret_is_none() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Phones("short")
