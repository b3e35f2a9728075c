"""Who acts. Roles as in the district's own vocabulary."""

from dataclasses import dataclass

RESIDENT = "resident"
REPRESENTATIVE = "representative"
STEWARD = "steward"
DISPATCHER = "dispatcher"
INSPECTOR = "inspector"
OPERATOR = "operator"
ANALYST = "analyst"
SYSTEM = "system"

PERSONS = (RESIDENT, REPRESENTATIVE, STEWARD, DISPATCHER, INSPECTOR, OPERATOR, ANALYST)
"""Roles that a token can carry; `system` is only ever the services themselves."""


@dataclass(frozen=True, slots=True)
class Actor:
    """`subject` is an opaque id of the person, `unit` the organisation unit they act for."""

    subject: str
    role: str
    unit: str | None = None


def system(service: str) -> Actor:
    return Actor(service, SYSTEM)
