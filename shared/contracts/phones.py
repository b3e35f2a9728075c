"""Telephone numbers in one form, E.164, however somebody writes them down."""

from typing import Any

import phonenumbers
from marshmallow import ValidationError, fields
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME = "CN"
"""Where a number without a country code belongs."""
LONGEST = 40
"""Characters, with blanks and brackets; E.164 itself has at most 16."""
NO_NUMBER = "Give a telephone number: a mobile, a landline with its area code, or an international one with +."
OWN_PHONE = "This is your own phone: report your own matters as a resident."
"""To workers, who enter nothing for themselves."""


def e164(given: str) -> str:
    """`138 5950 1234`, `0594-2691234` or `+86…` as `+8613859501234`. Raises ValueError for what nobody could call."""
    try:
        number = phonenumbers.parse(given, HOME) if len(given) <= LONGEST else None
    except NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_valid_number(number):
        raise ValueError(NO_NUMBER)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


class Phone(fields.String):
    """Read as E.164."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        given = str(super()._deserialize(*args, **kwargs))
        try:
            return e164(given)
        except ValueError as error:
            raise ValidationError(str(error)) from error
