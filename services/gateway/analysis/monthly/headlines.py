"""The figures of the whole district, each with the month before and the same month of the year before."""

from collections.abc import Iterator, Mapping

from services.gateway.analysis.figures import MEASURES, cells, indicator_columns
from services.gateway.analysis.monthly.comparing import COMPARED, change
from services.gateway.analysis.monthly.material import YEAR, Material
from services.gateway.analysis.monthly.months import earlier
from services.gateway.analysis.sheets import Cell, Column, Kind, Row, Table

TITLES = {
    Kind.COUNT: ("数量", "Numbers"),
    Kind.PERCENT: ("比率", "Rates"),
    Kind.HOURS: ("处置时长", "Handling times"),
}
COUNTED = ("reported", "accepted", "closed", "due", "served", "overdue", "ratings")
"""The numbers that are worth reading in a month; all of them are in GET /indicators."""
CARDS = ("completion", "serving_in_time", "satisfaction", "composite")
"""What stands on top, in large."""


def headlines(material: Material) -> tuple[Table, ...]:
    """A table for each kind of figure, as each has its own unit."""
    rows = list(_rows(material))
    return tuple(_table(kind, [row for of, row in rows if of.kind is kind]) for kind in TITLES)


def cards(material: Material) -> list[Mapping[str, Cell]]:
    """The rows of the four figures that matter most."""
    rows = {of.name: row for of, row in _rows(material)}
    return [rows[name] for name in CARDS if name in rows]


def _rows(material: Material) -> Iterator[tuple[Column, Row]]:
    before, year_before = earlier(material.month, 1), earlier(material.month, YEAR)
    whole = {month: cells(figures) for month, figures in material.whole().items()}
    ignored = {month: cells(figures) for month, figures in material.whole("ignored").items()}
    counted = [column for column in MEASURES if column.name in COUNTED]
    for of in (*counted, *indicator_columns(material.definitions)):
        now = _figure(whole, material.month, of)
        then, long_ago = _figure(whole, before, of), _figure(whole, year_before, of)
        yield (
            of,
            {
                "name_zh": of.zh,
                "name_en": of.en,
                "now": now,
                "before": then,
                "on_month": change(now, then, of.kind),
                "year_before": long_ago,
                "on_year": change(now, long_ago, of.kind),
                "ignored": _figure(ignored, material.month, of),
            },
        )


def _figure(months: Mapping[str, Mapping[str, Cell]], month: str, of: Column) -> Cell:
    """Of a month in which nothing happened there is no figure."""
    return months.get(month, {}).get(of.name)


def _table(kind: Kind, rows: list[Row]) -> Table:
    columns = (
        Column("name_zh", "项目", "item"),
        Column("name_en", "英文名称", "name"),
        Column("now", "本月", "this month", kind),
        Column("before", "上月", "month before", kind),
        Column("on_month", "环比", "on month", COMPARED[kind]),
        Column("year_before", "去年同月", "year before", kind),
        Column("on_year", "同比", "on year", COMPARED[kind]),
        Column("ignored", "本月豁免前", "without exemptions", kind),
    )
    return Table(*TITLES[kind], columns, rows)
