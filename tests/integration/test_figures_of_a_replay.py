"""Every indicator after a replay, over HTTP, beside an independent calculation over the evaluations themselves."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

import pytest
from click.testing import CliRunner

from samples.generate import FOLDER
from services.evaluation.indicators.counting import EVALUATIONS
from shared.kernel.units import Level
from shared.kernel.worktime import BEIJING
from steward.cli import main
from steward.stack import Stack
from steward.stack.waiting import wait_until
from tests.support.evaluation_documents import evaluation_database
from tests.support.http import Person, analyst
from tests.support.plain_indicators import figures
from tests.support.walk import load_district

pytestmark = pytest.mark.servers

REPORTS = "150"
OPTIONS = ("--seed", "11", "--rework", "0.2", "--withdraw", "0.1", "--reject", "0.2", "--return", "0.2")
PLACES = tuple(str(level) for level in Level if level is not Level.BUILDING)
DIMENSIONS = ("all", *PLACES, "category", "unit", "steward", "partner_kind")
PATIENCE = 30
ATTEMPTS = 5

Figures = Mapping[str, Mapping[str, str | None]]


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    days()
    load_district(stack)
    replay = ("replay", str(FOLDER / "reports.jsonl"), "--limit", REPORTS, *OPTIONS)
    done = CliRunner().invoke(main, [*replay, "--home", str(stack.home.folder)])
    assert done.exit_code == 0, done.output
    return stack


@cache
def days() -> tuple[date, date]:
    """The first and the last of the month in which the cases begin: the suite may run over the end of another."""
    today = datetime.now(BEIJING).date()
    return today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])


@pytest.mark.parametrize("by", DIMENSIONS)
@pytest.mark.parametrize("exemptions", ["applied", "ignored"])
def test_every_figure_is_that_of_an_independent_calculation(district: Stack, by: str, exemptions: str) -> None:
    told, plain = of_one_moment(district, by, exemptions)
    assert told
    assert told == {of: plain[of] for of in told}
    if by not in PLACES:
        assert told.keys() == {of for of, row in plain.items() if any(value is not None for value in row.values())}


def of_one_moment(stack: Stack, by: str, exemptions: str) -> tuple[Figures, Figures]:
    """What is told and what is so, with nothing that changed in between: other cases of the stack live on."""
    by_plain, exempts = "place" if by in PLACES else by, exemptions == "applied"
    for _ in range(ATTEMPTS):
        before = plain_figures(stack, by_plain, exempts)
        told = figures_over_http(stack, by, exemptions)
        if plain_figures(stack, by_plain, exempts) == before:
            return told, before
    raise AssertionError("the cases changed all the time")


def figures_over_http(stack: Stack, by: str, exemptions: str) -> Figures:
    """Once everything is counted."""
    reader = analyst(stack)
    wait_until(lambda: not ask(reader, by, exemptions)["uncounted"], PATIENCE, "not everything is counted")
    return {row["of"]: row["indicators"] for row in ask(reader, by, exemptions)["rows"]}


def ask(reader: Person, by: str, exemptions: str) -> dict[str, Any]:
    answer = reader.get(f"/indicators?by={by}&start={days()[0]:%Y-%m}&exemptions={exemptions}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def plain_figures(stack: Stack, by: str, exempts: bool) -> Figures:
    with evaluation_database(stack) as db:
        return figures(db[EVALUATIONS].find({}, {"history": 0}), by, *days(), exempts)
