"""Whom a token is of, and in which of their roles they act."""

from collections.abc import Set
from dataclasses import dataclass

from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Person:
    """`roles` as this district knows them; anybody is a resident beside. `phone`: verified by the issuer, E.164."""

    subject: str
    roles: Set[str]
    unit: str | None = None
    phone: str | None = None

    def acting(self, wanted: str | None) -> Actor:
        """In the role that they ask for, or the only one that they have.

        Raises Forbidden for a role that is not theirs, and where they have several and do not say which.
        """
        if wanted and wanted not in {*self.roles, RESIDENT}:
            raise Forbidden("act", wanted, f"You do not have the role {wanted[:40]}.")
        if not wanted and len(self.roles) > 1:
            theirs = ", ".join(sorted(self.roles))
            raise Forbidden("act", theirs, f"You have several roles: say in the header Acting-Role which of {theirs}.")
        role = wanted or next(iter(self.roles), RESIDENT)
        return Actor(self.subject, role, None if role == RESIDENT else self.unit)
