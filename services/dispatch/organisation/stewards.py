"""Who serves: the stewards (红管家) and the five kinds of partners (五类合伙人) that they come from."""

from dataclasses import dataclass
from enum import StrEnum


class PartnerKind(StrEnum):
    RED_STEWARD = "red_steward"
    GOVERNANCE = "governance"
    BUSINESS = "business"
    MUTUAL_AID = "mutual_aid"
    GRID_SENTINEL = "grid_sentinel"


@dataclass(frozen=True, slots=True)
class Steward:
    """`unit` is where the steward belongs, `area` the unit served, `capacity` the most open orders at once.

    `pledge` is the public promise (亮身份、亮承诺、亮职责); `subject` the opaque id of the account.
    """

    subject: str
    name: str
    unit: str
    partner_kind: PartnerKind
    skills: frozenset[str]
    area: str
    capacity: int
    pledge: str
