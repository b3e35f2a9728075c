"""The page about the indicators says what the code does: each of them, and each measure, in its order."""

from services.evaluation.indicators.formulas import INDICATORS, PERIOD_FIELDS
from services.evaluation.indicators.measures import GROUPS
from steward.stack.home import PROJECT

PAGE = (PROJECT / "docs" / "indicators.md").read_text(encoding="utf-8")


def rows_under(heading: str) -> list[list[str]]:
    """The cells of the table under this heading, without its titles."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_lists_exactly_the_indicators() -> None:
    assert rows_under("The figures") == [
        [
            f"`{one.name}`",
            f"{one.name_zh} {one.name_en}",
            f"{one.formula_zh} {one.formula_en}",
            f"`{one.group}`",
            one.exclusions,
            one.unit,
        ]
        for one in INDICATORS
    ]


def test_the_page_lists_exactly_the_measures_and_their_moments() -> None:
    assert [row[:3] for row in rows_under("The measures")] == [
        [f"`{group}`", ", ".join(f"`{name}`" for name in names), PERIOD_FIELDS[group]]
        for group, names in GROUPS.items()
    ]
