"""Sample stewards. Nobody of them exists: every name says 示例 (sample)."""

from collections.abc import Iterator
from random import Random

from services.dispatch.organisation.stewards import PartnerKind, Steward
from services.dispatch.organisation.tree import Level, UnitTree

Trade = tuple[PartnerKind, frozenset[str], str]

TRADES: tuple[Trade, ...] = (
    (PartnerKind.RED_STEWARD, frozenset({"order_keeping", "electrical_safety"}), "充电停车有人管，隐患当天清"),
    (PartnerKind.RED_STEWARD, frozenset({"flood_response", "cleaning"}), "汛期随叫随到，平日巡查不断"),
    (PartnerKind.GOVERNANCE, frozenset({"mediation", "legal_advice"}), "大事小事坐下谈，依法依理讲公道"),
    (PartnerKind.GOVERNANCE, frozenset({"drainage", "cleaning"}), "管网不堵，污水不流"),
    (PartnerKind.BUSINESS, frozenset({"charging_facilities", "order_keeping"}), "停得下、充得上，价格公道"),
    (PartnerKind.BUSINESS, frozenset({"lighting", "electrical_safety"}), "一盏灯一颗心，报修必到"),
    (PartnerKind.MUTUAL_AID, frozenset({"care", "waste_sorting"}), "老有人陪，小有人看"),
    (PartnerKind.MUTUAL_AID, frozenset({"gardening", "waste_removal"}), "门前有绿，楼道无物"),
    (PartnerKind.GRID_SENTINEL, frozenset({"order_keeping", "waste_removal"}), "走街串巷多看一眼，发现问题马上报"),
    (PartnerKind.GRID_SENTINEL, frozenset({"cleaning", "flood_response"}), "送单路上当哨兵"),
)
"""What the members of a partner kind can do, and what they promise."""

ESSENTIAL = TRADES[:8]
"""Together they can serve every category."""

ELSEWHERE = {Level.STREET: 24, Level.ESTATE: 68, Level.GRID: 60}
"""How many stewards serve just one street, estate or grid."""


def stewards(tree: UnitTree, random: Random) -> list[Steward]:
    """The essential trades for the district, as its last resort, and in each community; others elsewhere."""
    return [
        Steward(
            subject=f"steward-{number:03}",
            name=f"示例管家{number:03}",
            unit=tree.parent(area) or area if tree[area].level is Level.GRID else area,
            partner_kind=kind,
            skills=skills,
            area=area,
            capacity=random.randint(5, 30),
            pledge=f"示例承诺：{pledge}。",
        )
        for number, (area, (kind, skills, pledge)) in enumerate(_posts(tree, random), 1)
    ]


def _posts(tree: UnitTree, random: Random) -> Iterator[tuple[str, Trade]]:
    """(area, trade) of each steward."""
    for level in (Level.DISTRICT, Level.COMMUNITY):
        for area in _units(tree, level):
            yield from ((area, trade) for trade in ESSENTIAL)
    for level, number in ELSEWHERE.items():
        areas = _units(tree, level)
        rounds = areas * (number // len(areas)) + random.sample(areas, number % len(areas))
        yield from ((area, random.choice(TRADES)) for area in rounds)


def _units(tree: UnitTree, level: Level) -> list[str]:
    return [code for code, unit in tree.items() if unit.level is level]
