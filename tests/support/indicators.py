"""Evaluation as the gateway asks it for indicators, answering with many plausible figures of no real place."""

import csv
import json
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

from services.gateway.analysis.monthly.months import earlier
from shared.contracts.labels import PARTNER_KINDS

Names = tuple[str, str, str]
"""Code, Chinese and English name."""

UNITS = json.loads(Path("samples/licheng/units.geojson").read_text(encoding="utf-8"))["features"]
RATES: Mapping[str, tuple[str, str, str, str]] = {
    "response": ("响应率", "response", "contacted", "ratings"),
    "resolution": ("解决率", "resolution", "resolved", "ratings"),
    "satisfaction": ("满意率", "satisfaction", "satisfied", "ratings"),
    "filing": ("立案率", "filing", "filed", "reported"),
    "completion": ("办结率", "completion", "closed", "accepted"),
    "serving": ("处置率", "serving", "served", "due"),
    "serving_in_time": ("按期处置率", "serving in time", "served_in_time", "due"),
    "serving_overdue": ("超期待处置率", "overdue and unserved", "overdue", "due"),
    "closing": ("结案率", "closing", "closed_of_due", "to_close"),
    "closing_in_time": ("按期结案率", "closing in time", "closed_in_time", "to_close"),
    "rework": ("返工率", "rework", "reworked", "due"),
    "extension": ("延期率", "extension", "extended", "due"),
    "return": ("回退率", "return", "returned", "dispatched"),
    "accurate_dispatch": ("准确派遣率", "accurate dispatch", "accurate", "dispatched"),
}
SHARES: Mapping[str, tuple[str, float]] = {
    "filed": ("reported", 0.94),
    "accepted": ("reported", 0.94),
    "closed": ("accepted", 0.95),
    "dispatched": ("accepted", 0.99),
    "accurate": ("dispatched", 0.9),
    "returned": ("dispatched", 0.05),
    "due": ("dispatched", 0.97),
    "served": ("due", 0.97),
    "served_in_time": ("served", 0.95),
    "overdue": ("due", 0.02),
    "reworked": ("due", 0.06),
    "extended": ("due", 0.04),
    "to_close": ("dispatched", 0.95),
    "closed_of_due": ("to_close", 0.97),
    "closed_in_time": ("closed_of_due", 0.95),
    "handled": ("served", 1.0),
    "ratings": ("closed", 0.6),
    "contacted": ("ratings", 0.97),
    "resolved": ("ratings", 0.92),
    "satisfied": ("ratings", 0.85),
    "basically_satisfied": ("ratings", 0.1),
    "dissatisfied": ("ratings", 0.05),
}
DEFINITIONS = [
    {
        "name": name,
        "name_zh": zh,
        "name_en": en,
        "formula_zh": f"{zh}的分子 ÷ 分母",
        "formula_en": "one ÷ the other",
        "period_field": "示例 sample",
        "exclusions": "作废件 void cases",
        "unit": "hours" if name.startswith("handling") else "percent",
        "rounding": "2 位小数，四舍五入 2 decimals, half up",
    }
    for name, (zh, en) in [
        *((name, rate[:2]) for name, rate in RATES.items()),
        ("composite", ("综合", "composite")),
        ("handling_mean", ("平均处置时长", "mean handling time")),
        ("handling_p50", ("处置时长中位数", "median handling time")),
        ("handling_p90", ("处置时长九十分位", "handling time, 90th percentile")),
    ]
]


class PlausibleEvaluation:
    """`empty` are months in which nothing happened; `withheld` are codes that are too small to be published."""

    def __init__(self, empty: Sequence[str] = (), withheld: Sequence[str] = ()) -> None:
        self._empty, self._withheld = empty, withheld

    def call(self, service: str, method: str, **kwargs: Any) -> Any:
        answers = {
            "get_indicators": self._indicators,
            "list_definitions": lambda: DEFINITIONS,
            "get_statistical_month": _period,
        }
        return answers[method](**kwargs)

    def _indicators(self, by: Mapping[str, Any], query: Mapping[str, Any]) -> dict[str, Any]:
        ignored = query.get("exemptions") == "ignored"
        months = [month for month in _months(query["start"], query.get("end")) if month not in self._empty]
        rows = [
            self._row(month, query["by"], names, ignored=ignored) for month in months for names in _names(query["by"])
        ]
        return {"rows": rows, "totals": [], "uncounted": 3}

    def _row(self, month: str, by: str, names: Names, *, ignored: bool) -> dict[str, Any]:
        random = Random(f"{month} {by} {names[0]}")
        measures = _measures(random, 4000 if by == "all" else 250)
        hours = {f"handling_{name}": _cents(Decimal(random.uniform(2, 30))) for name in ("mean", "p50", "p90")}
        if ignored and random.random() < 0.3:
            measures["served_in_time"] -= min(2, measures["served_in_time"])
            measures["dissatisfied"] += 2
            measures["ratings"] += 2
        withheld = names[0] in self._withheld
        shown = _shown(measures, hours)
        return {
            "period": month,
            "by": by,
            "of": names[0],
            "name_zh": names[1],
            "name_en": names[2],
            "measures": dict.fromkeys(measures) if withheld else measures,
            "indicators": dict.fromkeys(shown) if withheld else shown,
            "suppressed": withheld,
        }


def _measures(random: Random, about: int) -> dict[str, int]:
    measures = {"reported": random.randint(about // 2, about)}
    quality = random.uniform(0.93, 1.0)
    for name, (of, share) in SHARES.items():
        measures[name] = round(measures[of] * min(share * quality, 1.0))
    return measures


def _shown(measures: Mapping[str, int], hours: Mapping[str, Decimal]) -> dict[str, str | None]:
    rates = {name: _rate(measures[top], measures[bottom]) for name, (_, _, top, bottom) in RATES.items()}
    weights = {"response": "0.1", "resolution": "0.5", "satisfaction": "0.4"}
    parts = [Decimal(weight) * rates[name] for name, weight in weights.items() if rates[name] is not None]
    composite = _cents(sum(parts, Decimal())) if parts else None
    return {
        name: None if value is None else str(value)
        for name, value in (rates | {"composite": composite} | hours).items()
    }


def _rate(top: int, bottom: int) -> Decimal | None:
    return _cents(Decimal(100 * top) / bottom) if bottom else None


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _names(by: str) -> list[Names]:
    match by:
        case "all":
            return [("", "全部", "all")]
        case "category":
            rows = csv.DictReader(Path("config/categories.csv").read_text(encoding="utf-8").splitlines())
            return [(row["code"], row["name_zh"], row["name_en"]) for row in rows]
        case "partner_kind":
            return [(kind, *names) for kind, names in PARTNER_KINDS.items()]
        case _:
            units = [unit["properties"] for unit in UNITS]
            return [(unit["code"], unit["name_zh"], unit["name_en"]) for unit in units if unit["level"] == by]


def _months(start: str, end: str | None) -> list[str]:
    months = [end or start]
    while months[0] > start:
        months.insert(0, earlier(months[0], 1))
    return months


def _period(by: Mapping[str, Any], month: str) -> dict[str, Any]:
    """From noon of the 19th of the month before, as in Beijing."""
    return {"start": f"{earlier(month, 1)}-19T04:00:00.000Z", "end": f"{month}-19T04:00:00.000Z", "smallest_cell": 5}
