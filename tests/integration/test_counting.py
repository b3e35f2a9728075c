"""The rollups on a real database: equal to what the cases say, whoever counts and whoever dies."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from pymongo.collection import Collection

from services.evaluation.indicators.counting import Counter
from services.evaluation.indicators.figures import Figures, Question
from services.evaluation.indicators.formulas import Weights
from services.evaluation.indicators.measures import tally
from services.evaluation.indicators.naming import Names
from services.evaluation.indicators.periods import Periods
from services.evaluation.indicators.rebuilding import Rebuilt, rebuild
from services.evaluation.indicators.rollups import LEASED_FOR, LeaseLost, Rollups
from services.evaluation.indicators.settings import IndicatorSettings
from shared.kernel.actor import ANALYST, Actor
from shared.kernel.units import Level, Unit, UnitTree
from shared.runtime.clock import now
from steward.stack import Stack
from tests.support.evaluation_documents import AT, empty_evaluations, evaluation, evaluation_database

CASES = 500
NOON = Periods(timedelta(hours=12), 19)

COUNTING = """
import sys
import time
from datetime import timedelta
from services.evaluation.indicators import counting
from services.evaluation.indicators.periods import Periods
from shared.runtime.clock import now
from shared.runtime.mongo import connect

uri, holder, batch, ahead = sys.argv[1:]
counting.BATCH = int(batch)
{fault}
evaluations = connect(uri, "evaluation")["evaluations"]
counting.Counter(evaluations, Periods(), holder).count(now() + timedelta(seconds=int(ahead)))
"""

STANDING_STILL = """
def count_and_stand_still(self, ids, session, count=counting.Counter._count, batches=iter(range(10))):
    count(self, ids, session)
    if next(batches, None) is None:
        print("the eleventh is written, and not committed", flush=True)
        time.sleep(600)

counting.Counter._count = count_and_stand_still
"""

Evaluations = Collection[dict[str, Any]]


@pytest.fixture
def evaluations(servers: Stack) -> Iterator[Evaluations]:
    """Marked cases, as the journal leaves them; none of them counted."""
    with evaluation_database(servers) as db, empty_evaluations(db) as collection:
        collection.insert_many(evaluation(number, uncounted=now()) for number in range(CASES))
        yield collection


def counter(evaluations: Evaluations, holder: str = "this", periods: Periods | None = None) -> Counter:
    return Counter(evaluations, periods or Periods(), holder)


def count(evaluations: Evaluations, holder: str = "this", periods: Periods | None = None) -> None:
    counter(evaluations, holder, periods).count(now() + timedelta(seconds=1))


def recount(evaluations: Evaluations, periods: Periods | None = None) -> Rebuilt:
    *_, found = rebuild(counter(evaluations, "rebuild", periods))
    return found


def total(evaluations: Evaluations, name: str) -> int:
    cells = evaluations.database["rollups"].find({"by": "all", "grain": "month"})
    return sum(cell["measures"].get(name, 0) for cell in cells)


def test_every_marked_case_is_counted_and_no_mark_stays(evaluations: Evaluations) -> None:
    count(evaluations)
    assert (total(evaluations, "accepted"), total(evaluations, "ratings")) == (CASES, 2 * CASES)
    assert counter(evaluations).uncounted() == 0
    assert recount(evaluations).agrees


def test_a_case_that_changes_is_counted_as_it_then_is(evaluations: Evaluations) -> None:
    count(evaluations)
    evaluations.update_many(
        {},
        {"$set": {"state": "void", "uncounted": now()}},
    )
    count(evaluations)
    assert [total(evaluations, name) for name in ("reported", "accepted", "ratings")] == [CASES, 0, 0]
    assert recount(evaluations).agrees


def test_a_cell_that_all_its_cases_have_left_is_no_row(evaluations: Evaluations) -> None:
    count(evaluations)
    evaluations.update_many({}, {"$set": {"service.steward": "steward-2", "uncounted": now()}})
    count(evaluations)
    names = Names(UnitTree([Unit("d", "示例区", "Sample district", Level.DISTRICT, None)]), {})
    figures = Figures(
        Rollups(evaluations.database), IndicatorSettings(Periods(), Weights(*[Fraction(1)] * 4), 1), names
    )
    told = figures.answer(Actor("analyst-1", ANALYST), Question("steward", "month", f"{AT:%Y-%m}", f"{now():%Y-%m}"))
    assert {row["of"] for row in told["rows"]} == {"steward-2"}


def test_one_counts_at_a_time_until_it_gives_no_sign_of_life(evaluations: Evaluations) -> None:
    rollups = Rollups(evaluations.database)
    one, another = counter(evaluations, "one"), counter(evaluations, "another")
    with one.session() as session, another.session() as later:
        assert rollups.take_lease("one", now(), session)
        another.count(now())
        assert total(evaluations, "accepted") == 0
        assert rollups.take_lease("another", now() + 2 * LEASED_FOR, later)
        with pytest.raises(LeaseLost):
            one.count_marked(now(), session)
    assert total(evaluations, "accepted") == 0


def test_other_closing_times_count_every_case_anew(evaluations: Evaluations) -> None:
    count(evaluations)
    count(evaluations, periods=NOON)
    assert recount(evaluations, NOON).agrees
    days = {day for document in evaluations.find() for day in tally(document["state"], document, NOON)}
    found = evaluations.database["rollups"].find({"by": "all", "grain": "day", "measures.accepted": {"$gt": 0}})
    assert {cell["period"] for cell in found} == days


def test_a_rebuild_finds_and_rights_what_is_wrong(evaluations: Evaluations) -> None:
    count(evaluations)
    evaluations.database["rollups"].update_one({"_id": "all::2026-11"}, {"$inc": {"measures.closed": 1}})
    evaluations.update_one({"_id": "case-7"}, {"$set": {"state": "void"}})
    found = recount(evaluations)
    assert found.miscounted == ["case-7"]
    assert "all::2026-11" in found.differing
    assert recount(evaluations).agrees
    assert total(evaluations, "closed") == CASES - 1


def test_cases_may_change_while_a_rebuild_runs(evaluations: Evaluations) -> None:
    count(evaluations)
    running = rebuild(counter(evaluations, "rebuild"))
    next(running)
    evaluations.update_many({"_id": {"$lt": "case-3"}}, {"$set": {"state": "void", "uncounted": now()}})
    count(evaluations)
    *_, found = running
    assert found.agrees
    count(evaluations)
    assert recount(evaluations).agrees
    assert total(evaluations, "accepted") == evaluations.count_documents({"state": "settled"})


def test_what_was_there_before_anything_was_counted_counts_too(evaluations: Evaluations) -> None:
    evaluations.update_many({}, {"$unset": {"uncounted": ""}})
    count(evaluations)
    count(evaluations)
    assert total(evaluations, "accepted") == CASES


def test_a_rebuild_that_dies_leaves_sums_that_agree_with_what_is_counted(evaluations: Evaluations) -> None:
    count(evaluations)
    evaluations.update_many({"_id": {"$lt": "case-3"}}, {"$set": {"state": "void"}})
    dying = rebuild(counter(evaluations, "dying"))
    next(dying)
    dying.close()
    evaluations.update_many({}, {"$set": {"state": "void", "uncounted": now()}})
    count(evaluations)
    assert total(evaluations, "accepted") == 0
    assert recount(evaluations).agrees


def counting_process(stack: Stack, holder: str, batch: int, ahead: int = 1, fault: str = "") -> subprocess.Popen[bytes]:
    """Counts once, so many cases at a time; `ahead`: its clock, in seconds."""
    uri = stack.addresses.mongo_uri("evaluation")
    command = [sys.executable, "-c", COUNTING.format(fault=fault), uri, holder, str(batch), str(ahead)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_a_counter_killed_in_the_middle_and_two_that_follow_count_every_case_once(
    servers: Stack, evaluations: Evaluations
) -> None:
    doomed = counting_process(servers, "doomed", batch=5, fault=STANDING_STILL)
    assert doomed.stdout
    assert doomed.stdout.readline()
    doomed.kill()
    doomed.wait()
    assert total(evaluations, "accepted") == 50
    ahead = 2 * int(LEASED_FOR.total_seconds())
    both = [counting_process(servers, holder, batch=20, ahead=ahead) for holder in ("one", "another")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert (total(evaluations, "accepted"), counter(evaluations).uncounted()) == (CASES, 0)
    assert recount(evaluations).agrees
