"""Sample stewards and dispatchers. Nobody of them exists: every name says 示例 (sample)."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from samples.survey import somewhere_in
from services.dispatch.organisation.shifts import ALWAYS, WORKTIME, Shift
from services.dispatch.organisation.stewards import Dispatcher, Occupation, Steward
from shared.kernel.partners import PartnerKind
from shared.kernel.units import Level, UnitTree

Trade = tuple[PartnerKind, frozenset[str], str, tuple[Occupation, ...]]

TRADES: tuple[Trade, ...] = (
    (PartnerKind.RED_STEWARD, frozenset({"order_keeping", "electrical_safety"}), "充电停车有人管，隐患当天清",
     (Occupation.PROPERTY_WORKER, Occupation.PARTY_MEMBER)),
    (PartnerKind.RED_STEWARD, frozenset({"flood_response", "cleaning"}), "汛期随叫随到，平日巡查不断",
     (Occupation.COMMUNITY_WORKER, Occupation.PARTY_MEMBER)),
    (PartnerKind.GOVERNANCE, frozenset({"mediation", "legal_advice"}), "大事小事坐下谈，依法依理讲公道",
     (Occupation.ELDER_ARBITER, Occupation.COMMUNITY_WORKER)),
    (PartnerKind.GOVERNANCE, frozenset({"drainage", "cleaning"}), "管网不堵，污水不流",
     (Occupation.PROPERTY_WORKER, Occupation.ABLE_NEIGHBOUR)),
    (PartnerKind.BUSINESS, frozenset({"charging_facilities", "order_keeping"}), "停得下、充得上，价格公道",
     (Occupation.MERCHANT,)),
    (PartnerKind.BUSINESS, frozenset({"lighting", "electrical_safety"}), "一盏灯一颗心，报修必到",
     (Occupation.MERCHANT,)),
    (PartnerKind.MUTUAL_AID, frozenset({"care", "waste_sorting"}), "老有人陪，小有人看",
     (Occupation.VOLUNTEER, Occupation.SILVER_PIONEER)),
    (PartnerKind.MUTUAL_AID, frozenset({"gardening", "waste_removal"}), "门前有绿，楼道无物",
     (Occupation.ABLE_NEIGHBOUR, Occupation.VOLUNTEER)),
    (PartnerKind.GRID_SENTINEL, frozenset({"order_keeping", "waste_removal"}), "走街串巷多看一眼，发现问题马上报",
     (Occupation.VOLUNTEER,)),
    (PartnerKind.GRID_SENTINEL, frozenset({"cleaning", "flood_response"}), "送单路上当哨兵",
     (Occupation.VOLUNTEER,)),
)  # fmt: skip
"""What the members of a partner kind can do, what they promise, and who they are by day."""

ESSENTIAL = TRADES[:8]
"""Together they can serve every category."""

ELSEWHERE = {Level.STREET: 24, Level.ESTATE: 68, Level.GRID: 60}
"""How many stewards serve just one street, estate or grid."""

LAW = frozenset({"mediation", "legal_advice"})
OFFICERS = {
    Level.DISTRICT: (Occupation.JUDGE, Occupation.JUDGE, Occupation.JUDGE, Occupation.PROSECUTOR),
    Level.STREET: (Occupation.POLICE, Occupation.LAWYER),
}
"""三官一律: who of them serves the district and each street."""

NIGHT, EVENING = Shift.parse("22:00-06:00"), Shift.parse("18:00-22:30")
SHIFTS = {
    Occupation.PROPERTY_WORKER: (ALWAYS, Shift.parse("07:00-19:00"), NIGHT),
    Occupation.COMMUNITY_WORKER: (WORKTIME, ALWAYS),
    Occupation.VOLUNTEER: (ALWAYS, EVENING),
    Occupation.MERCHANT: (Shift.parse("08:30-21:00"),),
    Occupation.POLICE: (ALWAYS,),
    Occupation.LAWYER: (WORKTIME,),
    Occupation.JUDGE: (WORKTIME,),
    Occupation.PROSECUTOR: (WORKTIME,),
}
"""Between which shifts an occupation chooses; all the others may be called at any time."""

WITH_BASE = 0.7
"""Of the stewards have told where they set out from."""
DESKS = {Level.DISTRICT: 1.0, Level.STREET: 1.0, Level.COMMUNITY: 1.0, Level.ESTATE: 0.85, Level.GRID: 0.3}
"""The share of the units of a level that have a dispatcher."""


def stewards(tree: UnitTree, random: Random, details: Random) -> list[Steward]:
    """The essential trades for the district, as its last resort, and in each community; others elsewhere.

    Who is essential may be called at any time, so that every community can serve everything around the clock.
    `details` are drawn apart: they may be given another shape without moving anybody.
    """
    essential = len(ESSENTIAL) * sum(unit.level in (Level.DISTRICT, Level.COMMUNITY) for unit in tree.values())
    people = [
        Steward(
            subject=f"steward-{number:03}",
            name=f"示例管家{number:03}",
            unit=tree.parent(area) or area if tree[area].level is Level.GRID else area,
            partner_kind=kind,
            occupation=details.choice(occupations),
            skills=skills,
            area=area,
            capacity=random.randint(5, 30),
            pledge=f"示例承诺：{pledge}。",
        )
        for number, (area, (kind, skills, pledge, occupations)) in enumerate(_posts(tree, random), 1)
    ]
    people += _officers(tree, len(people), details)
    return [_detailed(person, tree, details, on_call=number <= essential) for number, person in enumerate(people, 1)]


def dispatchers(tree: UnitTree, details: Random) -> list[Dispatcher]:
    """The district, all streets and communities, most estates and some grids have one."""
    units = [code for code, unit in tree.items() if details.random() < DESKS.get(unit.level, 0)]
    return [
        Dispatcher(f"dispatcher-{number:03}", f"示例派单员{number:03}", unit) for number, unit in enumerate(units, 1)
    ]


def units_of(tree: UnitTree, level: Level) -> list[str]:
    return [code for code, unit in tree.items() if unit.level is level]


def _posts(tree: UnitTree, random: Random) -> Iterator[tuple[str, Trade]]:
    """(area, trade) of each steward."""
    for level in (Level.DISTRICT, Level.COMMUNITY):
        for area in units_of(tree, level):
            yield from ((area, trade) for trade in ESSENTIAL)
    for level, number in ELSEWHERE.items():
        areas = units_of(tree, level)
        rounds = areas * (number // len(areas)) + random.sample(areas, number % len(areas))
        yield from ((area, random.choice(TRADES)) for area in rounds)


def _officers(tree: UnitTree, after: int, details: Random) -> list[Steward]:
    posts = [(area, who) for level, all_ in OFFICERS.items() for area in units_of(tree, level) for who in all_]
    return [
        Steward(
            subject=f"steward-{number:03}",
            name=f"示例管家{number:03}",
            unit=area,
            partner_kind=PartnerKind.GOVERNANCE,
            occupation=occupation,
            skills=LAW,
            area=area,
            capacity=details.randint(5, 15),
            pledge="示例承诺：依法办事，上门说理。",
        )
        for number, (area, occupation) in enumerate(posts, after + 1)
    ]


def _detailed(person: Steward, tree: UnitTree, details: Random, on_call: bool) -> Steward:
    shift = details.choice(SHIFTS.get(person.occupation, (ALWAYS,)))
    lon, lat = somewhere_in(tree[person.area], details) if details.random() < WITH_BASE else (None, None)
    return replace(person, lon=lon, lat=lat, shift=ALWAYS if on_call else shift)
