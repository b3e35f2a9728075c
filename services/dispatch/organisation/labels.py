"""What people call the levels, the kinds of partners, their occupations and services, in Chinese and English."""

from collections.abc import Mapping

from services.dispatch.organisation.offers import ServiceFunction
from services.dispatch.organisation.stewards import Occupation, PartnerKind
from services.dispatch.organisation.tree import Level

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

OCCUPATIONS: Mapping[Occupation, tuple[str, str]] = {
    Occupation.PARTY_MEMBER: ("党员", "party member"),
    Occupation.VOLUNTEER: ("志愿者", "volunteer"),
    Occupation.COMMUNITY_WORKER: ("社区工作者", "community worker"),
    Occupation.PROPERTY_WORKER: ("物业人员", "property worker"),
    Occupation.ABLE_NEIGHBOUR: ("能人", "able neighbour"),
    Occupation.ELDER_ARBITER: ("评理员", "elder arbiter"),
    Occupation.SILVER_PIONEER: ("银发先锋", "silver pioneer"),
    Occupation.JUDGE: ("法官", "judge"),
    Occupation.PROSECUTOR: ("检察官", "prosecutor"),
    Occupation.POLICE: ("警官", "police"),
    Occupation.LAWYER: ("律师", "lawyer"),
    Occupation.MERCHANT: ("商户", "merchant"),
}

SERVICE_FUNCTIONS: Mapping[ServiceFunction, tuple[str, str]] = {
    ServiceFunction.PARTY_AND_MASSES: ("党群服务", "party and mass affairs"),
    ServiceFunction.CONVENIENCE: ("便民服务", "convenience"),
    ServiceFunction.OLD_AND_YOUNG: ("一老一小", "care for old and young"),
    ServiceFunction.CULTURE_AND_SPORTS: ("文体活动", "culture and sports"),
    ServiceFunction.DELIBERATION_AND_MEDIATION: ("议事调解", "deliberation and mediation"),
    ServiceFunction.HEALTH: ("健康服务", "health"),
}
