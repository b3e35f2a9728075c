"""The list of responsibilities (责任清单): whose job it is that a trouble does not arise, and in whose name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.dispatch.organisation.stewards import Occupation
from shared.contracts.catalogue import Duty

OCCUPATIONS: Mapping[Duty, frozenset[Occupation]] = {
    Duty.PROPERTY: frozenset({Occupation.PROPERTY_WORKER}),
    Duty.COMMUNITY: frozenset({Occupation.COMMUNITY_WORKER}),
    Duty.STREET: frozenset({Occupation.COMMUNITY_WORKER, Occupation.POLICE}),
    Duty.DEPARTMENT: frozenset({Occupation.JUDGE, Occupation.PROSECUTOR, Occupation.POLICE, Occupation.LAWYER}),
    Duty.VOLUNTEERS: frozenset(
        {
            Occupation.PARTY_MEMBER,
            Occupation.VOLUNTEER,
            Occupation.SILVER_PIONEER,
            Occupation.ABLE_NEIGHBOUR,
            Occupation.MERCHANT,
            Occupation.ELDER_ARBITER,
        }
    ),
}
"""Whose everyday work it is, where such a holder has the duty."""


@dataclass(frozen=True, slots=True)
class DutyEntry:
    """In `unit`, `holder` has the duty for the category; `responsible` is its name, `basis` what it rests on."""

    category: str
    unit: str
    holder: Duty
    responsible: str
    basis: str

    @property
    def key(self) -> str:
        return f"{self.category}@{self.unit}"


class DutyList:
    def __init__(self, entries: Iterable[DutyEntry]) -> None:
        self._entries = {(entry.category, entry.unit): entry for entry in entries}

    def find(self, category: str, unit_path: Sequence[str]) -> DutyEntry | None:
        """The entry of the smallest unit on the path (root first) that has one."""
        found = (self._entries.get((category, unit)) for unit in reversed(unit_path))
        return next((entry for entry in found if entry), None)
