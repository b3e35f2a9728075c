"""What people call the levels of the tree and the kinds of partners, in Chinese and English."""

from collections.abc import Mapping

from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level

LEVELS: Mapping[Level, tuple[str, str]] = {
    Level.DISTRICT: ("区", "district"),
    Level.STREET: ("街道", "street"),
    Level.COMMUNITY: ("社区", "community"),
    Level.ESTATE: ("小区", "estate"),
    Level.GRID: ("网格", "grid"),
    Level.BUILDING: ("楼栋", "building"),
}

PARTNER_KINDS: Mapping[PartnerKind, tuple[str, str]] = {
    PartnerKind.RED_STEWARD: ("红管家", "red steward"),
    PartnerKind.GOVERNANCE: ("治理合伙人", "governance partner"),
    PartnerKind.BUSINESS: ("商家合伙人", "business partner"),
    PartnerKind.MUTUAL_AID: ("互助合伙人", "mutual aid partner"),
    PartnerKind.GRID_SENTINEL: ("网格哨兵", "grid sentinel"),
}
