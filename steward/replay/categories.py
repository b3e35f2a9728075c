"""What a category of a foreign file is in the catalogue, and which one a dispatcher would pick by the words."""

from collections.abc import Mapping
from pathlib import Path

from services.intake.reception.suggestions import by_keywords
from shared.contracts.catalogue import Category
from shared.contracts.files import InvalidFile, read_csv
from shared.contracts.report_columns import codes_by_name

OTHER = "other"
MAP_COLUMNS = ("theirs", "ours")


class CategoryNames:
    """`mapping`: their name → our code; `default` is for names that are unknown, and for none."""

    def __init__(
        self, catalogue: Mapping[str, Category], mapping: Mapping[str, str] | None = None, default: str | None = None
    ) -> None:
        self._suggest = by_keywords(catalogue)
        self._default = default
        self._codes = codes_by_name((one.code, one.name_zh, one.name_en) for one in catalogue.values())
        self._codes |= {theirs.casefold(): ours for theirs, ours in (mapping or {}).items()}

    def code_of(self, name: str | None) -> str | None:
        """None: a dispatcher has to sort it."""
        return self._codes.get(name.casefold(), self._default) if name else self._default

    def guess(self, words: str) -> str:
        """The likeliest by the keywords of the catalogue."""
        suggested = self._suggest(words, 1)
        return str(suggested[0]["category"]) if suggested else OTHER


def read_category_map(path: Path, catalogue: Mapping[str, Category]) -> dict[str, str]:
    """A CSV of `theirs,ours`. Raises InvalidFile, also where `ours` is no code of the catalogue."""
    rows, problems = read_csv(path, MAP_COLUMNS)
    problems += [
        row.problem("ours", f"{row.values['ours']} is not in the catalogue")
        for row in rows
        if row.values["ours"] not in catalogue
    ]
    if problems:
        raise InvalidFile(problems)
    return {row.values["theirs"]: row.values["ours"] for row in rows}
