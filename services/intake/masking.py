"""脱敏: personal fields for whoever neither serves nor decides the case now: enough to tell two people apart.

张** · 138****1234 · the estate instead of the address.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.intake.contacts import SEALED
from shared.kernel.units import Level, UnitTree

SHORTEST_MOBILE = 11
"""Digits, without the country's code."""
CHINA = "+86"


def mask_name(name: str) -> str:
    """The first character, of a Chinese name most often the family's."""
    return f"{name.strip()[:1]}**"


def mask_phone(phone: str) -> str:
    """Of a mobile number the first three digits and the last four; of a shorter one the last two."""
    digits = "".join(filter(str.isdigit, phone.strip().removeprefix(CHINA)))
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= SHORTEST_MOBILE else f"****{digits[-2:]}"


def mask_email(email: str) -> str:
    name, _, domain = email.strip().partition("@")
    return f"{name[:1]}**@{domain}"


MASKS: Mapping[str, Callable[[str], str]] = {
    "contact_name": mask_name,
    "contact_phone": mask_phone,
    "contact_email": mask_email,
}


def masked(said: Mapping[str, Any], path: Sequence[str], tree: UnitTree) -> dict[str, Any]:
    """The personal fields of what was said; an address is left out where no unit is known to stand for it."""
    found = {name: mask(said[name]) for name, mask in MASKS.items() if name in said}
    if "address" in said and (place := coarse_place(path, tree)):
        found["address"] = place
    return found


def coarse_place(path: Sequence[str], tree: UnitTree) -> str | None:
    """The name of the estate on the path, or of the smallest unit above one; None where there is none (any more)."""
    known = [tree[code] for code in path if code in tree]
    return next((unit.name_zh for unit in reversed(known) if not Level.ESTATE.is_above(unit.level)), None)


def personal(said: Mapping[str, Any]) -> list[str]:
    """Which personal fields there are."""
    return [name for name in SEALED if name in said]
