"""People by their phone: the same number is the same person, and nobody can tell the number from the subject."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app

from services.gateway.identity.person import Person
from shared.contracts.phones import e164
from shared.kernel.actor import RESIDENT
from shared.runtime.secrets import derive

PURPOSE = "subject-by-phone"
BY_PHONE = "p-"
"""How the subject of somebody begins who is known by their phone."""


class Phones:
    def __init__(self, secret: str) -> None:
        """Raises ValueError for a secret that is too short to keep a secret."""
        self._key = derive(secret, PURPOSE)

    def subject_of(self, number: str) -> str:
        """Of an E.164 number: HMAC-SHA256, so that nobody without the key can try all numbers."""
        return BY_PHONE + hmac.digest(self._key, number.encode(), "sha256").hex()

    def known(self, person: Person) -> Person:
        """A resident whose phone the issuer has verified is who reported by it before. Who works here stays one person
        in all roles, by their account: else they could rate as somebody else what they served.
        """
        if not person.phone or person.roles - {RESIDENT}:
            return person
        try:
            return replace(person, subject=self.subject_of(e164(person.phone)))
        except ValueError:
            return person


def naming_the_reporter(body: dict[str, Any]) -> dict[str, Any]:
    """A report on somebody's behalf, with the subject that their phone gives them; any other body as it is."""
    resident: Mapping[str, Any] = body.get("on_behalf_of") or {}
    if not resident.get("phone"):
        return body
    phones: Phones = current_app.extensions["phones"]
    number = e164(resident["phone"])
    return {**body, "on_behalf_of": {**resident, "phone": number, "reporter": phones.subject_of(number)}}
