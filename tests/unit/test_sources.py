"""Whoever is asked may answer, refuse, or say nothing at all."""

from datetime import timedelta

import pytest

from shared.operations.source import PATIENCE, Away, Source
from shared.runtime.clock import now


class Server:
    """Answers with how often it was asked, while it is there."""

    def __init__(self) -> None:
        self.is_there = True
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        if not self.is_there:
            raise ConnectionError("nobody there")
        return self.asked


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def source(server: Server) -> Source[int]:
    return Source(server, (ConnectionError,))


def test_nothing_is_known_before_the_first_answer_is_due(source: Source[int]) -> None:
    assert source.latest(now()) is None


def test_the_latest_answer_counts(source: Source[int]) -> None:
    source.look()
    source.look()
    assert source.latest(now()) == 2


def test_who_never_answered_is_away_since_it_was_asked(source: Source[int], server: Server) -> None:
    server.is_there = False
    asked = now()
    source.look()
    away = source.latest(now())
    assert isinstance(away, Away)
    assert (away.why, away.was_there) == ("ConnectionError", False)
    assert away.since - asked < timedelta(seconds=1)


def test_who_is_gone_is_away_since_its_last_answer_however_often_it_is_asked(
    source: Source[int], server: Server
) -> None:
    source.look()
    answered = now()
    server.is_there = False
    source.look()
    first = source.latest(answered + timedelta(seconds=2))
    source.look()
    assert source.latest(answered + timedelta(seconds=60)) == first
    assert isinstance(first, Away)
    assert first.was_there
    assert first.since <= answered


def test_who_says_nothing_is_away_though_no_error_came(source: Source[int]) -> None:
    source.look()
    answered = now()
    assert source.latest(answered + PATIENCE / 2) == 1
    silent = source.latest(answered + 2 * PATIENCE)
    assert isinstance(silent, Away)
    assert silent.why == "no answer"


def test_who_comes_back_is_there(source: Source[int], server: Server) -> None:
    server.is_there = False
    source.look()
    server.is_there = True
    source.look()
    assert source.latest(now()) == 2


def test_a_mistake_of_ours_is_not_taken_for_an_absence() -> None:
    def mistaken() -> int:
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        Source(mistaken, (ConnectionError,)).look()
