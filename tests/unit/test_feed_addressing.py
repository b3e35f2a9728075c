"""Whom an event concerns: its case, the units around it, who holds it – and who had it until just now."""

from services.feed.log.recording import Recorder
from services.feed.log.standing import UNPLACED
from tests.support.feed import Logged, Remembered, dispatch_says, intake_says
from tests.support.people import NOON

GRID = ["district", "street", "grid"]
OTHER = ["district", "street-2"]


def streams_of(*notices: object) -> list[tuple[str, ...]]:
    log = Logged()
    recorder = Recorder(Remembered(), log)
    for notice in notices:
        recorder.take([notice], NOON)  # type: ignore[list-item]
    return [entry.streams for entry in log.entries]


def test_a_case_without_a_place_is_everybodys_among_dispatchers() -> None:
    assert streams_of(intake_says("c", 1)) == [("case:c", UNPLACED)]


def test_a_placed_case_concerns_every_unit_around_it() -> None:
    assert streams_of(intake_says("c", 1, unit_path=GRID)) == [("case:c", "unit:district", "unit:grid", "unit:street")]


def test_who_lost_the_case_hears_that_too() -> None:
    _, taken, moved = streams_of(
        intake_says("c", 1, unit_path=GRID),
        dispatch_says("c", 1, unit_path=GRID, assignee="lin"),
        dispatch_says("c", 2, unit_path=OTHER, assignee="chen"),
    )
    assert taken == ("case:c", "steward:lin", "unit:district", "unit:grid", "unit:street")
    assert moved == (
        "case:c",
        "steward:chen",
        "steward:lin",
        "unit:district",
        "unit:grid",
        "unit:street",
        "unit:street-2",
    )


def test_whoever_holds_the_order_hears_what_the_others_say_of_the_case() -> None:
    assert "steward:lin" in streams_of(dispatch_says("c", 1, assignee="lin"), intake_says("c", 1))[1]


def test_dispatch_knows_better_than_intake_where_the_case_lies() -> None:
    streams = streams_of(dispatch_says("c", 1, unit_path=OTHER), intake_says("c", 1, unit_path=GRID))
    assert streams[1] == ("case:c", "unit:district", "unit:street-2")


def test_an_event_that_was_overtaken_does_not_move_the_case_back() -> None:
    log, memory = Logged(), Remembered()
    recorder = Recorder(memory, log)
    recorder.take([dispatch_says("c", 2, unit_path=OTHER, assignee="chen")], NOON)
    recorder.give_up_waiting(NOON.replace(year=NOON.year + 1))
    recorder.take([dispatch_says("c", 1, unit_path=GRID, assignee="lin")], NOON)
    assert [entry.sequence for entry in log.entries] == [2, 1]
    assert (memory.standings["c"].unit_path, memory.standings["c"].assignee) == (tuple(OTHER), "chen")
