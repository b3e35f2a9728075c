"""However events come, doubled, late and mixed up: each is in the log once, and in the order of its source."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.feed.log.entries import Entry
from services.feed.log.ordering import PATIENCE
from services.feed.log.recording import Recorder
from services.feed.log.standing import Standing
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.case import Notice
from tests.support.feed import Logged, Remembered, notice
from tests.support.people import NOON

CASES, SOURCES = ("case-1", "case-2"), (INTAKE, DISPATCH, EVALUATION)
LENGTHS = st.dictionaries(st.tuples(st.sampled_from(CASES), st.sampled_from(SOURCES)), st.integers(1, 6))


@st.composite
def deliveries(draw: st.DrawFn) -> list[list[Notice]]:
    """All events of the sources, some more than once, in any order, cut into batches."""
    events = [notice(*who, sequence) for who, last in draw(LENGTHS).items() for sequence in range(1, last + 1)]
    doubles = draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    mixed = draw(st.permutations([*events, *doubles]))
    cuts = sorted(draw(st.lists(st.integers(0, len(mixed)), max_size=6)))
    return [mixed[start:end] for start, end in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]


class Crash(Exception):
    pass


class CrashingMemory(Remembered):
    """Dies between the log and the standing as often as told; the batch is then delivered again."""

    crashes = 0

    def save(self, standings: Sequence[Standing]) -> set[str]:
        if self.crashes:
            self.crashes -= 1
            raise Crash
        return super().save(standings)


@given(deliveries(), st.lists(st.integers(0, 3), max_size=8))
@settings(max_examples=300)
def test_every_event_once_and_in_order(batches: list[list[Notice]], crashes: list[int]) -> None:
    memory, log = CrashingMemory(), Logged()
    recorder = Recorder(memory, log)
    for number, batch in enumerate(batches):
        memory.crashes = crashes[number] if number < len(crashes) else 0
        while not _taken(recorder, batch):
            pass
    _require_whole(log, batches)
    assert not memory.kept


@given(deliveries(), st.sets(st.integers(1, 6), min_size=1, max_size=3))
@settings(max_examples=200)
def test_what_never_comes_holds_nothing_up_for_ever_and_late_ones_are_given_too(
    batches: list[list[Notice]], absent: set[int]
) -> None:
    memory, log = Remembered(), Logged()
    recorder = Recorder(memory, log)
    for batch in batches:
        recorder.take([one for one in batch if one.sequence not in absent], NOON)
    recorder.give_up_waiting(NOON + PATIENCE)
    assert not memory.kept
    for case_id in CASES:
        for source in SOURCES:
            assert log.told(case_id, source) == sorted(log.told(case_id, source))
    late = [one for batch in batches for one in batch if one.sequence in absent]
    recorder.take(late, NOON + PATIENCE + timedelta(seconds=1))
    recorder.give_up_waiting(NOON + 2 * PATIENCE + timedelta(seconds=1))
    everything = {(one.case_id, one.source, one.sequence) for batch in batches for one in batch}
    assert {(entry.case_id, entry.source, entry.sequence) for entry in log.entries} == everything
    assert len(log.entries) == len(everything)


class Rival(Logged):
    """Another instance of feed that takes the same batch while the first one is about to save."""

    def __init__(self, memory: Remembered, batch: Sequence[Notice]) -> None:
        super().__init__()
        self.rival, self.batch = Recorder(memory, self), list(batch)

    def append(self, entries: Sequence[Entry], at: object) -> bool:  # type: ignore[override]
        batch, self.batch = self.batch, []
        if batch:
            self.rival.take(batch, NOON)
        return super().append(entries, NOON)


@given(deliveries(), deliveries())
@settings(max_examples=200)
def test_two_instances_at_the_same_cases_change_nothing(
    batches: list[list[Notice]], others: list[list[Notice]]
) -> None:
    theirs = [one for batch in others for one in batch]
    memory = Remembered()
    log = Rival(memory, theirs)
    recorder = Recorder(memory, log)
    for batch in batches:
        recorder.take(batch, NOON)
    recorder.take(theirs, NOON)
    _require_whole(log, [*batches, theirs])


def _taken(recorder: Recorder, batch: list[Notice]) -> bool:
    try:
        recorder.take(batch, NOON)
    except Crash:
        return False
    return True


def _require_whole(log: Logged, batches: Sequence[Sequence[Notice]]) -> None:
    for case_id in CASES:
        for source in SOURCES:
            sent = {
                one.sequence for batch in batches for one in batch if (one.case_id, one.source) == (case_id, source)
            }
            assert log.told(case_id, source) == sorted(sent)
