"""The plan of the sample district: how many units of which names. Real streets; estates are invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from random import Random

from shared.kernel.units import Level

STREETS = {
    "zhenhai": ("镇海街道", "Zhenhai Street"),
    "gongchen": ("拱辰街道", "Gongchen Street"),
    "huangshi": ("黄石镇", "Huangshi Town"),
    "xindu": ("新度镇", "Xindu Town"),
    "xitianwei": ("西天尾镇", "Xitianwei Town"),
    "beigao": ("北高镇", "Beigao Town"),
}
COMMUNITIES = {
    "zhenhai": (("长寿社区", "Changshou"), ("英龙社区", "Yinglong"), ("梅峰社区", "Meifeng")),
    "gongchen": (("拱辰社区", "Gongchen"), ("畅林社区", "Changlin"), ("荔园社区", "Liyuan")),
    "huangshi": (("黄石社区", "Huangshi"),),
    "xindu": (("新度社区", "Xindu"),),
    "xitianwei": (("西天尾社区", "Xitianwei"),),
    "beigao": (("北高社区", "Beigao"),),
}
ESTATES = {"zhenhai": 44, "gongchen": 41, "huangshi": 11, "xindu": 10, "xitianwei": 11, "beigao": 11}
GRIDS = {"zhenhai": 74, "gongchen": 68, "huangshi": 19, "xindu": 18, "xitianwei": 20, "beigao": 33}
BUILDINGS = 339

ESTATE_NAMES = {
    "荔香": "Lixiang",
    "木兰": "Mulan",
    "壶山": "Hushan",
    "兰溪": "Lanxi",
    "梅园": "Meiyuan",
    "东湖": "Donghu",
    "凤凰": "Fenghuang",
    "锦绣": "Jinxiu",
    "阳光": "Yangguang",
    "清风": "Qingfeng",
    "玉湖": "Yuhu",
    "绶溪": "Shouxi",
    "文献": "Wenxian",
    "延寿": "Yanshou",
    "龙眼": "Longyan",
    "紫荆": "Zijing",
}
ESTATE_SORTS = {
    "花园": "Garden",
    "新村": "New Village",
    "家园": "Homes",
    "苑": "Court",
    "公寓": "Apartments",
    "小区": "Estate",
    "里": "Lane",
    "府": "Residence",
}


@dataclass
class Place:
    """A unit of the plan, not drawn yet; `parts` are the units right below it."""

    code: str
    name_zh: str
    name_en: str
    level: Level
    parts: list[Place] = field(default_factory=list)

    @property
    def grids(self) -> int:
        return 1 if self.level is Level.GRID else sum(part.grids for part in self.parts)


def plan(random: Random) -> Place:
    """The district with all its parts."""
    names = iter(random.sample(list(product(ESTATE_NAMES, ESTATE_SORTS)), sum(ESTATES.values())))
    buildings = iter(spread(BUILDINGS, sum(GRIDS.values()), random))
    district = Place("licheng", "荔城区", "Licheng District", Level.DISTRICT)
    for code, (name_zh, name_en) in STREETS.items():
        street = Place(code, name_zh, name_en, Level.STREET, _communities(code))
        grids = iter(spread(GRIDS[code], ESTATES[code], random))
        for community, estates in zip(street.parts, spread(ESTATES[code], len(street.parts), random), strict=True):
            for number in range(1, estates + 1):
                estate = _estate(f"{community.code}-{number:02}", *next(names))
                estate.parts = [_grid(estate, grid, next(buildings)) for grid in range(1, next(grids) + 1)]
                community.parts.append(estate)
        district.parts.append(street)
    return district


def spread(total: int, parts: int, random: Random) -> list[int]:
    """`total` as the sum of so many numbers that differ by one at most, in random order."""
    least, more = divmod(total, parts)
    return random.sample([least + 1] * more + [least] * (parts - more), parts)


def _communities(street: str) -> list[Place]:
    return [
        Place(f"{street}-{number}", name_zh, f"{name_en} Community", Level.COMMUNITY)
        for number, (name_zh, name_en) in enumerate(COMMUNITIES[street], 1)
    ]


def _estate(code: str, name: str, sort: str) -> Place:
    return Place(code, name + sort, f"{ESTATE_NAMES[name]} {ESTATE_SORTS[sort]}", Level.ESTATE)


def _grid(estate: Place, number: int, buildings: int) -> Place:
    code, name_zh = f"{estate.code}-{number}", f"{estate.name_zh}第{number}网格"
    name_en = f"{estate.name_en}, grid {number}"
    groups = [
        Place(
            f"{code}-b{group}",
            f"{name_zh}{group}号楼栋",
            f"{name_en}, building group {group}",
            Level.BUILDING,
        )
        for group in range(1, buildings + 1)
    ]
    return Place(code, name_zh, name_en, Level.GRID, groups)
