"""五类合伙人: the five kinds of partners that group the stewards."""

from enum import StrEnum


class PartnerKind(StrEnum):
    RED_STEWARD = "red_steward"
    GOVERNANCE = "governance"
    BUSINESS = "business"
    MUTUAL_AID = "mutual_aid"
    GRID_SENTINEL = "grid_sentinel"
