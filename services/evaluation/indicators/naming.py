"""What people call the things that figures are of."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from shared.contracts.catalogue import Category
from shared.contracts.labels import PARTNER_KINDS
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, UnitTree

Name = tuple[str, str]
"""Chinese and English."""
WHOLE: Name = ("全部", "All")


class Names:
    """From the units and the catalogue as they are now; what is in neither any more is called by its code."""

    def __init__(self, units: UnitTree, catalogue: Mapping[str, Category]) -> None:
        self.units = units
        self._catalogue = catalogue
        self._order = {code: place for place, code in enumerate(units)}

    def of(self, by: str, code: str) -> Name:
        if code in self.units and by not in ("category", "steward", "partner_kind"):
            return self.units[code].name_zh, self.units[code].name_en
        if by == "category" and code in self._catalogue:
            return self._catalogue[code].name_zh, self._catalogue[code].name_en
        if by == "partner_kind" and code in set(PartnerKind):
            return PARTNER_KINDS[PartnerKind(code)]
        return (code, code) if code else WHOLE

    def units_of(self, level: Level, within: str | None) -> Collection[str]:
        """All of the level, or those within the unit."""
        among = self.units.subtree(within) if within else self.units
        return [code for code in among if self.units[code].level is level]

    def parent(self, code: str) -> str | None:
        return self.units.parent(code) if code in self.units else None

    def order(self, by: str) -> Callable[[str], Any]:
        """As units and categories are listed in their files, and anything else by code."""
        listed = {code: place for place, code in enumerate(self._catalogue)} if by == "category" else self._order
        return lambda code: (listed.get(code, len(listed)), code)
