"""The report as its tables; a page and a workbook are made of the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.gateway.analysis.indicator_table import definition_table
from services.gateway.analysis.monthly.breakdowns import breakdown
from services.gateway.analysis.monthly.headlines import cards, headlines
from services.gateway.analysis.monthly.material import Material
from services.gateway.analysis.monthly.months import spoken
from services.gateway.analysis.monthly.trend import trend
from services.gateway.analysis.sheets import Row, Sheet, Table

BEIJING = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class MonthlyReport:
    """`period` is when the statistical month begins and ends, in Beijing time; `cards` are rows of `headlines`."""

    month: str
    period: tuple[datetime, datetime]
    smallest_cell: int
    uncounted: int
    cards: Sequence[Row]
    headlines: tuple[Table, ...]
    streets: Table
    communities: Table
    categories: Table
    partner_kinds: Table
    trend: Table
    definitions: Table

    @property
    def title(self) -> str:
        return f"{spoken(self.month)}红管家运行月报"

    @property
    def boundaries(self) -> str:
        begin, end = (f"{moment:%Y-%m-%d %H:%M}" for moment in self.period)
        return f"{begin} — {end}"

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        return (
            Sheet("汇总", self.headlines),
            *(
                Sheet(table.zh, (table,))
                for table in (
                    self.streets,
                    self.communities,
                    self.categories,
                    self.partner_kinds,
                    self.trend,
                    self.definitions,
                )
            ),
        )


def compose(material: Material) -> MonthlyReport:
    begin, end = (datetime.fromisoformat(material.period[name]).astimezone(BEIJING) for name in ("start", "end"))
    return MonthlyReport(
        month=material.month,
        period=(begin, end),
        smallest_cell=material.period["smallest_cell"],
        uncounted=material.uncounted,
        cards=cards(material),
        headlines=headlines(material),
        streets=breakdown(material, "street"),
        communities=breakdown(material, "community"),
        categories=breakdown(material, "category"),
        partner_kinds=breakdown(material, "partner_kind"),
        trend=trend(material),
        definitions=definition_table(material.definitions),
    )
