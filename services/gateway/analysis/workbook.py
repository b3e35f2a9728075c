"""Tables as an XLSX workbook that can be printed as it is: A4, titles on every page, page numbers."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.gateway.analysis.sheets import NOTHING, Cell, Column, Kind, Sheet, Table, Withheld

A4 = 9
FONT = "Noto Sans CJK SC"
HEAD_COLOUR = "#F3E3E0"
TITLE_ROWS, HEADER_ROWS = 2, 2
NARROWEST, WIDEST = 8, 48
"""Characters."""
SAMPLED = 200
"""Rows that a column's width is taken from."""
NUMBER_FORMATS: Mapping[Kind, str] = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.00",
    Kind.HOURS: "#,##0.00",
    Kind.CHANGE: "+0.00;-0.00;0.00",
    Kind.POINTS: "+0.00;-0.00;0.00",
    Kind.MORE_HOURS: "+0.00;-0.00;0.00",
}


def to_xlsx(title: str, sheets: Sequence[Sheet]) -> bytes:
    """`title` heads every sheet and names the document."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": title})
        styles = Styles(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), title, sheet, styles)
    return file.getvalue()


class Styles:
    """The formats of one workbook; each belongs to it alone."""

    def __init__(self, book: Workbook) -> None:
        basic = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        head = {**basic, "bold": True, "text_wrap": True, "align": "center", "bg_color": HEAD_COLOUR, "border": 1}
        self.title = book.add_format({**basic, "bold": True, "font_size": 14})
        self.caption = book.add_format({**basic, "bold": True, "font_size": 11})
        self.head = book.add_format(head)
        self.head_en = book.add_format({**head, "bold": False, "font_size": 8})
        self.blank = book.add_format({**basic, "align": "right", "border": 1})
        self._cells = {
            kind: book.add_format({**basic, "num_format": form, "border": 1, "text_wrap": kind is Kind.TEXT})
            for kind, form in NUMBER_FORMATS.items()
        }

    def of(self, column: Column) -> Format:
        return self._cells[column.kind]


def _write_sheet(page: Worksheet, title: str, sheet: Sheet, styles: Styles) -> None:
    page.write_string(0, 0, title, styles.title)
    first = 1
    for table in sheet.tables:
        first = _write_table(page, first, table, styles) + 1
    for number, width in enumerate(_widths(sheet.tables)):
        page.set_column(number, number, width)
    _set_up_printing(page, title)
    if len(sheet.tables) == 1:
        page.freeze_panes(TITLE_ROWS + HEADER_ROWS, 0)
        page.repeat_rows(TITLE_ROWS, TITLE_ROWS + HEADER_ROWS - 1)


def _write_table(page: Worksheet, first: int, table: Table, styles: Styles) -> int:
    """The row after its last one."""
    page.write_string(first, 0, f"{table.zh} {table.en}", styles.caption)
    for number, column in enumerate(table.columns):
        for line, (text, style) in enumerate(zip(column.titles, (styles.head, styles.head_en), strict=True), first + 1):
            page.write_string(line, number, text, style)
    line = first + 1 + HEADER_ROWS
    for row in table.rows:
        for number, column in enumerate(table.columns):
            _write_cell(page, line, number, row.get(column.name), styles.of(column), styles.blank)
        line += 1
    return line


def _write_cell(page: Worksheet, line: int, number: int, cell: Cell, style: Format, blank: Format) -> None:
    """A text is never taken for a formula, as it is written as a string."""
    match cell:
        case None:
            page.write_string(line, number, NOTHING, blank)
        case Withheld():
            page.write_string(line, number, cell.value, blank)
        case str():
            page.write_string(line, number, cell, style)
        case _:
            page.write_number(line, number, cell, style)


def _set_up_printing(page: Worksheet, title: str) -> None:
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    page.set_header(f"&C&9{title.replace('&', '&&')}")
    page.set_footer("&C&9第 &P 页，共 &N 页  Page &P of &N")


def _widths(tables: Iterable[Table]) -> list[int]:
    """Of each column, over all the tables that stand in it."""
    widths: dict[int, int] = {}
    for table in tables:
        for number, column in enumerate(table.columns):
            texts = [*column.titles, *(_text(row.get(column.name)) for row in table.rows[:SAMPLED])]
            widths[number] = max(widths.get(number, NARROWEST), *map(_width, texts))
    return [min(width + 2, WIDEST) for width in widths.values()]


def _text(cell: Cell) -> str:
    return str(cell) if isinstance(cell, str | int | Decimal) else NOTHING


def _width(text: str) -> int:
    """In characters of a Latin font: a Chinese one takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
