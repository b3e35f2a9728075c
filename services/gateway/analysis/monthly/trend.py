"""The last twelve months of the whole district; a month without a case has a row without figures."""

from collections.abc import Mapping

from services.gateway.analysis.figures import MEASURES, SHOWN, Figures, cells, indicator_columns
from services.gateway.analysis.monthly.material import Material
from services.gateway.analysis.monthly.months import trend_of
from services.gateway.analysis.sheets import Column, Row, Table

COUNTED = ("reported", "accepted", "closed", "ratings")


def trend(material: Material) -> Table:
    whole = material.whole()
    figures = {column.name: column for column in (*MEASURES, *indicator_columns(material.definitions))}
    columns = (Column("period", "月份", "month"), *(figures[name] for name in (*COUNTED, *SHOWN)))
    return Table("趋势", "Trend of twelve months", columns, [_row(month, whole) for month in trend_of(material.month)])


def _row(month: str, whole: Mapping[str, Figures]) -> Row:
    return {"period": month, **(cells(whole[month]) if month in whole else {})}
