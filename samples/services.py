"""Sample duties and offers. Companies, offices and stations are invented and say 示例 (sample)."""

from itertools import count
from random import Random

from samples.people import units_of
from samples.survey import somewhere_in
from services.dispatch.organisation.duties import DutyEntry
from services.dispatch.organisation.offers import Offer, ServiceFunction
from services.dispatch.organisation.shifts import Shift
from shared.contracts.catalogue import Duty
from shared.kernel.units import Level, UnitTree

OF_PROPERTY = ("cleaning", "damaged_greenery", "disorderly_parking", "flying_wire_charging", "rubbish_heap")
OF_COMMUNITY = ("neighbour_dispute", "parking_and_charging", "sorting_house")
OF_DEPARTMENT = {
    "overflowing_sewage": "示例排水管理单位",
    "blocked_pipes": "示例排水管理单位",
    "street_lights": "示例路灯管理单位",
    "legal_matter": "示例司法服务单位",
}

STATIONS = ("近邻之家", "睦邻之家", "亲邻之家", "友邻之家")
ESTATES_WITH_STATION = 24

OFFERS: tuple[tuple[str, str, ServiceFunction, frozenset[str], str], ...] = (
    ("微心愿认领台", "Wishes", ServiceFunction.PARTY_AND_MASSES, frozenset({"small_wish"}), "worktime"),
    ("便民工具借用", "Tools to borrow", ServiceFunction.CONVENIENCE, frozenset({"small_wish", "other"}), "08:00-20:00"),
    ("助餐与日间照料", "Meals and day care", ServiceFunction.OLD_AND_YOUNG,
     frozenset({"care_for_old_and_young"}), "08:00-18:00"),
    ("四点半课堂", "After-school room", ServiceFunction.OLD_AND_YOUNG,
     frozenset({"care_for_old_and_young"}), "16:30-18:30"),
    ("邻里文体室", "Neighbours' club room", ServiceFunction.CULTURE_AND_SPORTS,
     frozenset({"small_wish"}), "09:00-21:00"),
    ("评理室", "Arbiters' room", ServiceFunction.DELIBERATION_AND_MEDIATION,
     frozenset({"neighbour_dispute"}), "worktime"),
    ("公益法律咨询", "Free legal advice", ServiceFunction.DELIBERATION_AND_MEDIATION,
     frozenset({"legal_matter", "neighbour_dispute"}), "worktime"),
    ("健康小屋", "Health corner", ServiceFunction.HEALTH, frozenset({"care_for_old_and_young"}), "08:00-17:30"),
)  # fmt: skip


def duties(tree: UnitTree) -> list[DutyEntry]:
    """A property company for each estate, each community for itself, and the departments for the district."""
    of_property = [
        DutyEntry(category, unit, Duty.PROPERTY, f"示例物业（{tree[unit].name_zh}）", "示例物业服务合同")
        for unit in units_of(tree, Level.ESTATE)
        for category in OF_PROPERTY
    ]
    of_community = [
        DutyEntry(category, unit, Duty.COMMUNITY, f"示例居委会（{tree[unit].name_zh}）", "示例社区工作清单")
        for unit in units_of(tree, Level.COMMUNITY)
        for category in OF_COMMUNITY
    ]
    (district,) = units_of(tree, Level.DISTRICT)
    of_department = [
        DutyEntry(category, district, Duty.DEPARTMENT, name, "示例部门权责清单")
        for category, name in OF_DEPARTMENT.items()
    ]
    return of_property + of_community + of_department


def offers(tree: UnitTree, details: Random) -> list[Offer]:
    """Everything at the stations of the communities, some of it at those of a few estates."""
    found, numbers = [], count(1)
    communities = units_of(tree, Level.COMMUNITY)
    for unit in (*communities, *sorted(details.sample(units_of(tree, Level.ESTATE), ESTATES_WITH_STATION))):
        kind = details.choice(STATIONS)
        lon, lat = somewhere_in(tree[unit], details)
        chosen = OFFERS if unit in communities else details.sample(OFFERS, 3)
        for name_zh, name_en, service, categories, hours in chosen:
            code, station = f"offer-{next(numbers):03}", f"示例{tree[unit].name_zh}{kind}"
            found.append(
                Offer(code, station, name_zh, name_en, service, categories, unit, lon, lat, Shift.parse(hours))
            )
    return found
