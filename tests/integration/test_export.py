"""`steward export`: the same rows in every format, the whole file or none; and the example for notebooks."""

import csv
import warnings
from collections.abc import Iterator
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from services.evaluation.analysis.views import VIEWS
from shared.contracts.topology import EVALUATION
from steward.analysis import view_files, view_rows
from steward.cli import main
from steward.stack import Stack
from steward.stack.home import PROJECT
from steward.stack.users import ANALYST
from tests.support.evaluation_documents import evaluation, evaluation_database, units

with warnings.catch_warnings():
    warnings.simplefilter("ignore", RuntimeWarning)
    parquet = pytest.importorskip("pyarrow.parquet")
    pytest.importorskip("pymongoarrow.api")

pytestmark = pytest.mark.servers

FORMULA = "=1+1"
CASES = 12


@pytest.fixture(scope="module")
def filled(servers: Stack) -> Iterator[Stack]:
    with evaluation_database(servers) as db:
        db["evaluations"].drop()
        db["units"].drop()
        db["units"].insert_many(units())
        db["evaluations"].insert_many([evaluation(number, category=FORMULA) for number in range(CASES)])
        yield servers
        db["evaluations"].drop()
        db["units"].drop()


def export(stack: Stack, output: Path, *options: str) -> Result:
    chosen = ["--home", str(stack.home.folder), "--output", str(output), *options]
    return CliRunner().invoke(main, ["export", *chosen])


def exported(stack: Stack, output: Path, *options: str) -> Path:
    done = export(stack, output, *options)
    assert done.exit_code == 0, done.output
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    return output


def test_csv_opens_in_a_spreadsheet_and_runs_nothing(filled: Stack, tmp_path: Path) -> None:
    content = exported(filled, tmp_path / "cases.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    titles, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    assert titles == VIEWS["analysis_cases"].names
    first = dict(zip(titles, rows[0], strict=True))
    assert len(rows) == CASES
    assert (first["category"], first["in_time"], first["void_as"]) == (f"'{FORMULA}", "TRUE", "")
    assert first["reported_at"] == "2026-11-01T01:00:00.000Z"


def test_xlsx_has_texts_numbers_and_hours_in_beijing(filled: Stack, tmp_path: Path) -> None:
    path = exported(filled, tmp_path / "cases.xlsx", "--format", "xlsx")
    titles, *rows = load_workbook(path)["analysis_cases"].iter_rows()
    first = dict(zip([cell.value for cell in titles], rows[0], strict=True))
    assert len(rows) == CASES
    assert (first["category"].value, first["category"].data_type) == (FORMULA, "s")
    assert (first["handling_seconds"].value, first["exempt"].value) == (61, False)
    assert first["reported_at"].value == datetime(2026, 11, 1, 9, 0)


def test_parquet_has_the_said_types_and_a_row_group_a_batch(
    filled: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view_rows, "BATCH", 5)
    file = parquet.ParquetFile(exported(filled, tmp_path / "cases.parquet", "--format", "parquet"))
    assert file.num_row_groups == 3
    table = file.read()
    assert table.num_rows == CASES
    types = {field.name: str(field.type) for field in table.schema}
    assert types["void_as"] == "string"  # empty in all rows, and typed all the same
    assert (types["reported_at"], types["rounds"], types["exempt"]) == ("timestamp[ms]", "int64", "bool")
    first = table.to_pylist()[0]
    assert (first["reported_at"], first["community"]) == (datetime(2026, 11, 1, 1), "c")
    assert first["handling_seconds"] == 61


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format_", ["csv", "xlsx", "parquet"])
def test_every_view_goes_into_every_format(filled: Stack, tmp_path: Path, view: str, format_: str) -> None:
    exported(filled, tmp_path / "file", "--view", view, "--format", format_)


def test_a_period_is_of_days_in_beijing(filled: Stack, tmp_path: Path) -> None:
    """The hours are 09:00 to 20:00 of the first of November there."""
    for options, lines in ((("--end", "2026-10-31"), 1), (("--start", "2026-11-01", "--end", "2026-11-01"), CASES + 1)):
        content = exported(filled, tmp_path / "cases.csv", *options).read_text(encoding="utf-8-sig")
        assert len(content.splitlines()) == lines
        rated = exported(filled, tmp_path / "cases.csv", "--view", "analysis_ratings", *options).read_text("utf-8-sig")
        assert len(rated.splitlines()) == 3 * (lines - 1) + 1


def test_a_view_without_days_is_not_asked_for_any(filled: Stack, tmp_path: Path) -> None:
    refused = export(filled, tmp_path / "units.csv", "--view", "analysis_units", "--start", "2026-11-01")
    assert refused.exit_code == 2
    assert "analysis_units" in refused.output


def test_more_than_a_worksheet_holds_is_refused_and_leaves_what_was_there(
    filled: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exported(filled, tmp_path / "cases.xlsx", "--format", "xlsx").read_bytes()
    monkeypatch.setattr(view_files, "MOST_ROWS", CASES - 1)
    refused = export(filled, tmp_path / "cases.xlsx", "--format", "xlsx")
    assert (refused.exit_code, "worksheet" in refused.output) == (1, True)
    assert (tmp_path / "cases.xlsx").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def example() -> ModuleType:
    spec = spec_from_file_location("example", PROJECT / "docs/examples/analysis.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_example_finds_the_same_both_ways(filled: Stack, tmp_path: Path) -> None:
    files = [tmp_path / name / "rows.parquet" for name in ("analysis_cases", "analysis_ratings")]
    for path in files:
        path.parent.mkdir()
        exported(filled, path, "--view", path.parent.name, "--format", "parquet")
    found: Any = example().from_parquet(*map(str, files))
    again: Any = example().from_views(filled.addresses.mongo_uri(ANALYST, EVALUATION))
    expected = [{"community": "c", "month": "2026-11", "ratings": 2 * CASES, "satisfaction": 100.0}]
    assert found.to_pylist() == again.to_pylist() == expected
