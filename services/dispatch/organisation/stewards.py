"""Who serves: the stewards (红管家), and the walks of life they come from."""

from dataclasses import dataclass
from enum import StrEnum

from services.dispatch.organisation.shifts import ALWAYS, Shift
from shared.kernel.partners import PartnerKind

Point = tuple[float, float]
"""(longitude, latitude) in WGS-84 degrees."""


class Occupation(StrEnum):
    PARTY_MEMBER = "party_member"
    VOLUNTEER = "volunteer"
    COMMUNITY_WORKER = "community_worker"
    PROPERTY_WORKER = "property_worker"
    ABLE_NEIGHBOUR = "able_neighbour"
    ELDER_ARBITER = "elder_arbiter"
    SILVER_PIONEER = "silver_pioneer"
    JUDGE = "judge"
    PROSECUTOR = "prosecutor"
    POLICE = "police"
    LAWYER = "lawyer"
    MERCHANT = "merchant"


@dataclass(frozen=True, slots=True)
class Steward:
    """`unit` is where the steward belongs, `area` the unit served, `capacity` the most open orders at once.

    `pledge` is the public promise (亮身份、亮承诺、亮职责); `subject` the opaque id of the account.
    `lon` and `lat` (WGS-84) are where the steward sets out from: both, or neither where it is not known.
    """

    subject: str
    name: str
    unit: str
    partner_kind: PartnerKind
    occupation: Occupation
    skills: frozenset[str]
    area: str
    capacity: int
    pledge: str
    lon: float | None = None
    lat: float | None = None
    shift: Shift = ALWAYS

    @property
    def base(self) -> Point | None:
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """派单员: sends out what arises in the unit, and below it where nobody else does."""

    subject: str
    name: str
    unit: str
