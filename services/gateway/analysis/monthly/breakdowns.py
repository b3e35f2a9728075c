"""Streets, communities, categories and partner kinds of the month, from the best composite figure down."""

from collections.abc import Mapping

from services.gateway.analysis.figures import MEASURES, SHOWN, cells, indicator_columns
from services.gateway.analysis.monthly.material import Material
from services.gateway.analysis.monthly.ranking import ranked
from services.gateway.analysis.sheets import Cell, Column, Kind, Table

TITLES: Mapping[str, tuple[str, str]] = {
    "street": ("街道", "Streets"),
    "community": ("社区", "Communities"),
    "category": ("类别", "Categories"),
    "partner_kind": ("合伙人", "Partner kinds"),
}
RANKED_BY = "composite"
COUNTED = ("accepted", "closed", "ratings")
EXEMPTED = ("serving_in_time", "composite")
"""Shown without exemptions too, where there were any: appeals take out lateness, and ratings."""


def breakdown(material: Material, by: str) -> Table:
    """Those with equal figures share a place; those without a figure stand last."""
    ignored = material.parts(by, "ignored")
    rows = [
        {"of": code, "name_zh": row["name_zh"], "name_en": row["name_en"]} | cells(row) | _before(ignored.get(code))
        for code, row in material.parts(by).items()
    ]
    return Table(*TITLES[by], _columns(material, rows), ranked(rows, RANKED_BY))


def _before(figures: Mapping[str, Cell] | None) -> dict[str, Cell]:
    found = cells(figures) if figures else {}
    return {_before_name(name): found.get(name) for name in EXEMPTED}


def _before_name(name: str) -> str:
    return f"{name}_before"


def _columns(material: Material, rows: list[dict[str, Cell]]) -> tuple[Column, ...]:
    figures = {column.name: column for column in (*MEASURES, *indicator_columns(material.definitions))}
    before = [
        Column(_before_name(name), f"{figures[name].zh}豁免前", f"{figures[name].en} without exemptions", Kind.PERCENT)
        for name in EXEMPTED
        if any(row.get(name) != row[_before_name(name)] for row in rows)
    ]
    return (
        Column("rank", "排名", "rank", Kind.COUNT),
        Column("name_zh", "名称", "name"),
        Column("name_en", "英文名称", "English name"),
        *(figures[name] for name in (*COUNTED, *SHOWN)),
        *before,
    )
