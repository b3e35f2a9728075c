"""The answer to a question for indicators as one table: a row for each period and unit, category, …"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.analysis.figures import KINDS, MEASURES, cells, indicator_columns
from services.gateway.analysis.sheets import UNITS, Column, Table

KEYS = (
    Column("period", "统计期", "period"),
    Column("of", "编码", "code"),
    Column("name_zh", "名称", "name"),
    Column("name_en", "英文名称", "English name"),
)
DEFINITION = (
    Column("name_zh", "指标", "indicator"),
    Column("name_en", "英文名称", "name"),
    Column("formula_zh", "计算公式", "formula"),
    Column("formula_en", "英文公式", "formula"),
    Column("period_field", "归期依据", "counted by"),
    Column("exclusions", "不计入", "left out"),
    Column("unit", "单位", "unit"),
    Column("rounding", "取整", "rounding"),
)


def indicator_table(answer: Mapping[str, Any], definitions: Sequence[Mapping[str, Any]]) -> Table:
    """`answer` as of get_indicators."""
    columns = (*KEYS, *indicator_columns(definitions), *MEASURES)
    rows = [{key.name: row.get(key.name) for key in KEYS} | cells(row) for row in answer["rows"]]
    return Table("指标", "Indicators", columns, rows)


def definition_table(definitions: Sequence[Mapping[str, Any]]) -> Table:
    rows = [{column.name: one[column.name] for column in DEFINITION} | {"unit": _unit(one)} for one in definitions]
    return Table("指标说明", "Definitions", DEFINITION, rows)


def _unit(definition: Mapping[str, Any]) -> str:
    zh, en = UNITS[KINDS[definition["unit"]]]
    return zh if zh == en else f"{zh} {en}"
