"""People by their phone: the same number is the same person, and nobody can tell the number from the subject."""

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import current_app, g

from services.gateway.identity.person import Person
from shared.contracts.phones import OWN_PHONE, e164
from shared.kernel.actor import RESIDENT
from shared.kernel.errors import Invalid
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
        if person.roles - {RESIDENT}:
            return person
        return replace(person, subject=self.subject_by(person.phone) or person.subject)

    def subject_by(self, phone: str | None) -> str | None:
        """Of a number however it is written; None without one that could be called."""
        try:
            return self.subject_of(e164(phone)) if phone else None
        except ValueError:
            return None


def naming_the_reporter(body: dict[str, Any]) -> dict[str, Any]:
    """A report on somebody's behalf, with the subject that their phone gives them; any other body as it is.

    Raises Invalid where it is the phone of the worker who calls: they are known by their account, and by the link that
    is handed out they would rate as somebody else what they entered.
    """
    resident: Mapping[str, Any] = body.get("on_behalf_of") or {}
    if not resident.get("phone"):
        return body
    phones: Phones = current_app.extensions["phones"]
    number = e164(resident["phone"])
    reporter = phones.subject_of(number)
    if g.actor.role != RESIDENT and reporter == phones.subject_by(g.phone):
        raise Invalid({"on_behalf_of.phone": [OWN_PHONE]})
    return {**body, "on_behalf_of": {**resident, "phone": number, "reporter": reporter}}
