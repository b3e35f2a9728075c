"""Every indicator: its formula in words and in numbers, its period, and what it leaves out.

All of it is exact until the one rounding at the end: half up, to two decimals.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor

from services.evaluation.indicators.measures import Sums

PERCENT, HOURS = "percent", "hours"
ROUNDING = "2 位小数，四舍五入；分母为零时为空 2 decimals, half up; null where the denominator is zero"
DECIMALS = 2
Exact = Fraction | None

PERIOD_FIELDS: Mapping[str, str] = {
    "reported": "reported_at 上报时间",
    "accepted": "opened_at 立案时间",
    "dispatched": "service.dispatched_at 首次派单时间",
    "due": "service.serve_by 处置截止时间；无时限的 service.served_at 处置完成时间",
    "to_close": "close_by 结案截止时间；无时限的 settled_at / expired_at 结案时间",
    "handled": "service.served_at 处置完成时间",
    "ratings": "ratings.at 评价时间",
}
"""The moment that decides in which period each group of measures counts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Exact, as written in the file. `basically_satisfied`: what 基本满意 counts beside 满意."""

    response: Fraction
    resolution: Fraction
    satisfaction: Fraction
    basically_satisfied: Fraction


Formula = Callable[[Sums, Weights], Exact]


@dataclass(frozen=True, slots=True)
class Indicator:
    """`group`: the measure that it divides by. `exclusions`: what does not count."""

    name: str
    name_zh: str
    name_en: str
    formula_zh: str
    formula_en: str
    group: str
    exclusions: str
    unit: str
    compute: Formula
    rounding: str = ROUNDING

    @property
    def period_field(self) -> str:
        return PERIOD_FIELDS[self.group]


def figures(sums: Sums, weights: Weights) -> dict[str, str | None]:
    """Every indicator as a decimal string; None where there is nothing to divide by."""
    return {indicator.name: written(indicator.compute(sums, weights)) for indicator in INDICATORS}


def written(value: Exact) -> str | None:
    """Half up, to two decimals: 98.945 is "98.95"."""
    if value is None:
        return None
    scaled = floor(value * 10**DECIMALS + Fraction(1, 2))
    return str(Decimal(scaled).scaleb(-DECIMALS))


def _percent(part: str, whole: str) -> Formula:
    return lambda sums, _: _divided(100 * sums.measures[part], sums.measures[whole])


def _satisfaction(sums: Sums, weights: Weights) -> Exact:
    content = sums.measures["satisfied"] + weights.basically_satisfied * sums.measures["basically_satisfied"]
    return _divided(100 * content, sums.measures["ratings"])


def _composite(sums: Sums, weights: Weights) -> Exact:
    """Of the three exact ratios, not of the rounded ones."""
    response, resolution = _response(sums, weights), _resolution(sums, weights)
    satisfaction = _satisfaction(sums, weights)
    if response is None or resolution is None or satisfaction is None:
        return None
    return weights.response * response + weights.resolution * resolution + weights.satisfaction * satisfaction


def _handling_mean(sums: Sums, _: Weights) -> Exact:
    return _divided(sums.measures["handling_seconds"], 3600 * sums.measures["handled"])


def _handling_percentile(percent: int) -> Formula:
    """By nearest rank: the smallest time within which at least so many percent were handled."""

    def compute(sums: Sums, _: Weights) -> Exact:
        minutes = sorted((int(bucket), count) for bucket, count in sums.handling.items() if count)
        running = list(accumulate(count for _, count in minutes))
        if not running:
            return None
        rank = ceil(Fraction(percent * running[-1], 100))
        return Fraction(next(at for (at, _), sofar in zip(minutes, running, strict=True) if sofar >= rank), 60)

    return compute


def _divided(part: Fraction | int, whole: int) -> Exact:
    return Fraction(part) / whole if whole else None


_response = _percent("contacted", "ratings")
_resolution = _percent("resolved", "ratings")

NO_VOID = "撤回、不予受理、并案的案件 Cases withdrawn, rejected or merged"
EARLIER = (
    "同一上报人此前的评价；申诉通过的案件；作废的案件 Earlier ratings of the same reporter; exempt cases; void cases"
)
EXEMPT_IN_TIME = f"{NO_VOID}；申诉通过的视为按期 exempt cases count as in time"

INDICATORS = (
    Indicator("response", "响应率", "Response", "已联系 ÷ 有效评价", "contacted ÷ valid ratings",
              "ratings", EARLIER, PERCENT, _response),
    Indicator("resolution", "解决率", "Resolution", "已解决 ÷ 有效评价", "resolved ÷ valid ratings",
              "ratings", EARLIER, PERCENT, _resolution),
    Indicator("satisfaction", "满意率", "Satisfaction", "（满意 + 0.9 × 基本满意）÷ 有效评价",
              "(satisfied + 0.9 × basically satisfied) ÷ valid ratings; 0.9 is a setting",
              "ratings", EARLIER, PERCENT, _satisfaction),
    Indicator("composite", "综合得分", "Composite", "0.1 × 响应率 + 0.5 × 解决率 + 0.4 × 满意率",
              "0.1 × response + 0.5 × resolution + 0.4 × satisfaction, of the exact ratios; the weights are settings",
              "ratings", EARLIER, PERCENT, _composite),
    Indicator("filing", "立案率", "Filing", "立案 ÷ 上报", "accepted ÷ reported",
              "reported", "无：作废的案件仍计入上报 None: void cases stay reported", PERCENT,
              _percent("filed", "reported")),
    Indicator("completion", "办结率", "Completion", "办结 ÷ 立案", "closed ÷ accepted",
              "accepted", NO_VOID, PERCENT, _percent("closed", "accepted")),
    Indicator("serving", "处置率", "Served", "已处置 ÷ 应处置", "served ÷ due to be served",
              "due", NO_VOID, PERCENT, _percent("served", "due")),
    Indicator("serving_in_time", "按期处置率", "Served in time", "按期处置 ÷ 应处置",
              "served in time ÷ due to be served", "due", EXEMPT_IN_TIME, PERCENT, _percent("served_in_time", "due")),
    Indicator("serving_overdue", "超期待处置率", "Overdue", "超期未处置 ÷ 应处置",
              "overdue and not served ÷ due to be served", "due", NO_VOID, PERCENT, _percent("overdue", "due")),
    Indicator("closing", "结案率", "Closed", "已结案 ÷ 应结案", "closed ÷ due to be closed",
              "to_close", NO_VOID, PERCENT, _percent("closed_of_due", "to_close")),
    Indicator("closing_in_time", "按期结案率", "Closed in time", "按期结案 ÷ 应结案",
              "closed in time ÷ due to be closed", "to_close", EXEMPT_IN_TIME, PERCENT,
              _percent("closed_in_time", "to_close")),
    Indicator("rework", "返工率", "Rework", "返工过的案件 ÷ 应处置",
              "cases with at least one rework ÷ due to be served", "due", NO_VOID, PERCENT,
              _percent("reworked", "due")),
    Indicator("extension", "延期率", "Extension", "延期过的案件 ÷ 应处置",
              "cases with at least one extension ÷ due to be served", "due", NO_VOID, PERCENT,
              _percent("extended", "due")),
    Indicator("return", "回退率", "Return", "回退过的案件 ÷ 已派遣", "cases returned at least once ÷ dispatched",
              "dispatched", NO_VOID, PERCENT, _percent("returned", "dispatched")),
    Indicator("accurate_dispatch", "准确派遣率", "Accurate dispatch", "从未回退或转派 ÷ 已派遣",
              "never returned or transferred ÷ dispatched", "dispatched", NO_VOID, PERCENT,
              _percent("accurate", "dispatched")),
    Indicator("handling_mean", "平均处置时长", "Mean handling time", "处置时长之和 ÷ 已处置案件（按类别的计时方式）",
              "sum of handling times ÷ cases handled, in the category's clock", "handled", NO_VOID, HOURS,
              _handling_mean),
    Indicator("handling_p50", "处置时长中位数", "Median handling time", "第 50 百分位（最近序位，分钟三位有效数字）",
              "50th percentile by nearest rank, of minutes to three significant digits", "handled", NO_VOID, HOURS,
              _handling_percentile(50)),
    Indicator("handling_p90", "处置时长第 90 百分位", "90th percentile of handling time",
              "第 90 百分位（最近序位，分钟三位有效数字）",
              "90th percentile by nearest rank, of minutes to three significant digits", "handled", NO_VOID, HOURS,
              _handling_percentile(90)),
)  # fmt: skip
