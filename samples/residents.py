"""Sample reports: invented residents, invented troubles, real datums."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

from samples.survey import OUTLINE, outline_of, somewhere
from shared.contracts.positions import BD09, GCJ02, WGS84, from_wgs84
from shared.kernel.units import Level, Unit, UnitTree

PHRASES = json.loads(Path(__file__).with_name("phrases.json").read_text(encoding="utf-8"))

REPORTS, RESIDENTS = 600, 250
FIRST, DAYS = datetime(2024, 10, 8, tzinfo=timezone(timedelta(hours=8))), 730
HOURS = (1, 1, 1, 1, 1, 2, 6, 14, 16, 14, 12, 10, 8, 8, 10, 11, 12, 14, 17, 20, 18, 12, 6, 2)
"""How many reports come in each hour of the day, in proportion."""

WITHOUT_CATEGORY, OUTSIDE, WITHOUT_POSITION = 0.06, 0.03, 0.02
CATEGORY_WEIGHTS: dict[str, int] = {code: about["weight"] for code, about in PHRASES["categories"].items()}
DATUM_WEIGHTS = {GCJ02: 85, WGS84: 9, BD09: 6}
CHANNEL_WEIGHTS = {"app": 62, "wechat": 16, "phone": 8, "desk": 5, "door": 4, "courier": 5}


def reports(tree: UnitTree, random: Random) -> list[dict[str, Any]]:
    """As they would be sent, oldest first."""
    grids = [unit for unit in tree.values() if unit.level is Level.GRID]
    residents = [f"sample-resident-{number:03}" for number in range(1, RESIDENTS + 1)]
    eagerness = [random.paretovariate(1.6) for _ in residents]
    moments = sorted(_moment(random) for _ in range(REPORTS))
    users = random.choices(residents, eagerness, k=REPORTS)
    return [
        {"user": user, **_report(tree, random.choice(grids), random), "submitted_at": moment.isoformat()}
        for user, moment in zip(users, moments, strict=True)
    ]


def _moment(random: Random) -> datetime:
    hour = random.choices(range(24), HOURS)[0]
    return FIRST + timedelta(days=random.randrange(DAYS), hours=hour, seconds=random.randrange(3600))


def _report(tree: UnitTree, grid: Unit, random: Random) -> dict[str, Any]:
    """What the resident knows or cares to say; the rest is left out."""
    category = _weighted(CATEGORY_WEIGHTS, random)
    about, spot, chance = PHRASES["categories"][category], _spot(random), random.random()
    report: dict[str, Any] = {"subject": random.choice(about["titles"]), "text": _text(about, spot, random)}
    if random.random() >= WITHOUT_CATEGORY:
        report["category"] = category
    if chance < OUTSIDE:
        report["position"] = _position(_outside(random), random)
    elif chance >= OUTSIDE + WITHOUT_POSITION:
        report["position"] = _position(_inside(grid, random), random)
    if "position" not in report or (chance >= OUTSIDE and random.random() < 0.8):
        report["address"] = "".join(tree[code].name_zh for code in tree.path(grid.code)[:-1]) + spot
    return {**report, "channel": _weighted(CHANNEL_WEIGHTS, random)}


def _text(about: dict[str, Any], spot: str, random: Random) -> str:
    trouble, wish = random.choice(about["troubles"]), random.choice(about["wishes"])
    private = about.get("private", False)
    since = random.choice(PHRASES["circumstances" if private else "observations"])
    wordings = [f"{since}{trouble}。{wish}。", f"{since}{trouble}，{wish}。", f"{trouble}。{wish}。"]
    if not private:
        wordings += [
            f"{spot}，{since}{trouble}。{wish}。",
            f"{since}{spot}{trouble}，{wish}。",
            f"{since}{trouble}，就在{spot}。{wish}。",
        ]
    opening, closing = random.choice(PHRASES["openings"]), random.choice(PHRASES["closings"])
    return f"{opening}{random.choice(wordings)}{closing}"


def _spot(random: Random) -> str:
    first, second = sorted(random.sample(range(1, 25), 2))
    return str(random.choice(PHRASES["spots"])).format(n=first, m=random.randint(1, 3), o=second)


def _inside(unit: Unit, random: Random) -> tuple[float, float]:
    return somewhere(outline_of(unit).buffer(-1e-4), random)


def _outside(random: Random) -> tuple[float, float]:
    return somewhere(OUTLINE.buffer(0.04).difference(OUTLINE.buffer(0.002)), random)


def _position(wgs84: tuple[float, float], random: Random) -> dict[str, Any]:
    datum = _weighted(DATUM_WEIGHTS, random)
    lon, lat = from_wgs84(*wgs84, datum)
    return {"lon": round(lon, 6), "lat": round(lat, 6), "datum": datum}


def _weighted(weights: Mapping[str, int], random: Random) -> str:
    (choice,) = random.choices(list(weights), list(weights.values()))
    return choice
