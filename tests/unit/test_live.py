"""A live stream: nothing is missed or told twice, whatever comes in between, and only to who may know it."""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import eventlet
import pytest

from services.gateway.live import hub as hub_module
from services.gateway.live import stream as stream_module
from services.gateway.live.hub import Hub
from services.gateway.live.stream import Stream
from services.gateway.live.watching import Watch
from shared.kernel.errors import NotFound, Unavailable
from tests.support.live import SETTINGS, ShortLog, Silent, Watcher

MINE, OTHERS = "case:c", "case:other"


def mine() -> Watch:
    return Watch((MINE,))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "PAUSE", 0.01)
    monkeypatch.setattr(hub_module, "LOOK_AGAIN", 0.01)


@contextmanager
def patience(seconds: float = 5) -> Iterator[None]:
    with eventlet.Timeout(seconds):
        yield


def until(condition: object) -> None:
    with patience():
        while not condition():  # type: ignore[operator]
            eventlet.sleep(0.005)


def test_what_was_missed_comes_first_and_then_what_happens() -> None:
    log = ShortLog()
    for _ in range(5):
        log.add(MINE)
        log.add(OTHERS)
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine, after=2)
    until(lambda: watcher.positions() == [3, 5, 7, 9])
    assert watcher.told[0].name == "ready"
    log.add(MINE)
    until(lambda: watcher.positions() == [3, 5, 7, 9, 11])
    watcher.leave()


def test_in_between_it_says_that_it_lives_and_how_far_it_is() -> None:
    log = ShortLog()
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine)
    log.add(OTHERS)
    until(lambda: any((one.name, one.id) == ("heartbeat", 1) for one in watcher.told))
    assert watcher.positions() == []
    watcher.leave()


def test_many_come_and_go_while_much_happens_and_each_gets_all_of_theirs() -> None:
    random, log = Random(7), ShortLog(page=7)
    hub = Hub(log, Silent())
    watchers: list[tuple[str, int, Watcher]] = []
    for _ in range(300):
        log.add(f"case:{random.randrange(5)}")
        if random.random() < 0.3:
            stream, after = f"case:{random.randrange(5)}", random.randrange(len(log.entries))
            watcher = Watcher().watch(hub, log, lambda stream=stream: Watch((stream,)), after)  # type: ignore[misc]
            watchers.append((stream, after, watcher))
        log.is_away = random.random() < 0.1
        eventlet.sleep(random.choice((0, 0, 0.002)))
    log.is_away = False
    for stream, after, watcher in watchers:
        wanted = [one["position"] for one in log.entries[after:] if stream in one["streams"]]
        until(lambda watcher=watcher, wanted=wanted: len(watcher.positions()) >= len(wanted))  # type: ignore[misc]
        assert watcher.positions() == wanted
        watcher.leave()


def test_who_reads_slowly_still_gets_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "BACKLOG", 3)
    log = ShortLog()
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine, slow=0.002)
    until(lambda: watcher.told)
    for _ in range(60):
        log.add(MINE)
    until(lambda: watcher.positions() == list(range(1, 61)))
    watcher.leave()


def test_what_is_not_kept_any_more_is_said_and_then_it_goes_on() -> None:
    log = ShortLog()
    for _ in range(5):
        log.add(MINE)
    log.first = 4
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine, after=1)
    until(lambda: [(one.name, one.id) for one in watcher.told[:2]] == [("ready", 1), ("reset", 5)])
    log.add(MINE)
    until(lambda: watcher.positions() == [6])
    watcher.leave()


def test_feed_may_be_away_when_somebody_comes_and_when_something_happens() -> None:
    log = ShortLog(is_away=True)
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine)
    log.add(MINE)
    eventlet.sleep(0.05)
    assert watcher.positions() == []
    log.is_away = False
    until(lambda: watcher.positions() == [1])
    log.is_away = True
    log.add(MINE)
    eventlet.sleep(0.05)
    log.is_away = False
    until(lambda: watcher.positions() == [1, 2])
    watcher.leave()


def test_before_a_turn_it_is_asked_who_may_know_of_it() -> None:
    """The case goes to another unit: whoever lost it hears nothing of that, and no more of the case."""
    log, may_see = ShortLog(), [True]

    def judge() -> Watch:
        if not may_see[0]:
            raise NotFound("c")
        return Watch((MINE,), turns=frozenset({"OrderTransferred"}))

    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, judge)
    log.add(MINE)
    until(lambda: watcher.positions() == [1])
    may_see[0] = False
    log.add(MINE, type="OrderTransferred")
    until(lambda: watcher.has_ended)
    assert watcher.positions() == [1]


def test_a_right_that_is_taken_away_ends_the_stream_though_nothing_happens() -> None:
    log, may_see = ShortLog(), [True]

    def judge() -> Watch:
        if not may_see[0]:
            raise NotFound("c")
        return mine()

    watcher = Watcher().watch(Hub(log, Silent()), log, judge)
    until(lambda: watcher.told)
    may_see[0] = False
    until(lambda: watcher.has_ended)


def test_nothing_is_told_while_nobody_can_say_who_may_know_it() -> None:
    log, can_say = ShortLog(), [True]

    def judge() -> Watch:
        if not can_say[0]:
            raise Unavailable("dispatch")
        return Watch((MINE,), turns=frozenset({"OrderTransferred"}))

    watcher = Watcher().watch(Hub(log, Silent()), log, judge)
    until(lambda: watcher.told)
    can_say[0] = False
    log.add(MINE, type="OrderTransferred")
    until(lambda: sum(one.name == "heartbeat" for one in watcher.told) > 3)
    assert watcher.positions() == []
    can_say[0] = True
    until(lambda: watcher.positions() == [1])
    watcher.leave()


def test_a_report_that_is_merged_is_watched_with_its_parent() -> None:
    log, parent = ShortLog(), "case:parent"
    watches = [Watch((MINE,), frozenset({"ReportMerged"}))]
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, lambda: watches[-1])
    log.add(parent, case_id="parent")
    log.add(MINE)
    until(lambda: watcher.positions() == [2])
    watches.append(Watch((MINE, parent), hidden=frozenset({("parent", "intake")})))
    log.add(MINE, type="ReportMerged")
    log.add(parent, case_id="parent", source="intake")
    log.add(parent, case_id="parent")
    until(lambda: watcher.positions() == [2, 3, 5])
    watcher.leave()


def test_when_nobody_listens_nothing_is_read() -> None:
    log = ShortLog()
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine)
    until(lambda: watcher.told and hub.has_listeners)
    watcher.leave()
    until(lambda: not hub.has_listeners)
    log.add(MINE)
    again = Watcher().watch(hub, log, mine, after=0)
    until(lambda: again.positions() == [1])
    again.leave()


def test_when_the_process_is_to_end_a_stream_ends_and_says_when_to_come_again() -> None:
    log = ShortLog()
    hub = Hub(log, Silent())
    watcher = Watcher().watch(hub, log, mine)
    log.add(MINE)
    until(lambda: watcher.positions() == [1])
    hub.end()
    with patience():
        watcher.client.wait()
    assert watcher.has_ended


def test_whoever_comes_then_is_sent_on_at_once() -> None:
    log = ShortLog()
    hub = Hub(log, Silent())
    hub.end()
    texts = [*Stream(hub, log, SETTINGS, mine, mine()).run(0)]
    assert [text.split(":")[0] for text in texts] == ["retry", "retry"]
    assert not hub.has_listeners
