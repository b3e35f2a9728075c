"""A value found out anew only when it is old: however many ask, and whatever went wrong the last time."""

import eventlet
import pytest

from shared.runtime.telemetry.fresh import Fresh


def test_it_is_found_out_again_when_it_is_old() -> None:
    found: list[int] = []

    def find_out() -> int:
        found.append(1)
        return len(found)

    kept, never_kept = Fresh(find_out, 60), Fresh(find_out, 0)
    assert [kept(), kept(), kept()] == [1, 1, 1]
    assert [never_kept(), never_kept()] == [2, 3]


def test_of_many_that_ask_at_once_one_finds_it_out() -> None:
    found: list[int] = []

    def find_out() -> int:
        eventlet.sleep(0.01)
        found.append(1)
        return len(found)

    fresh = Fresh(find_out, 60)
    assert list(eventlet.GreenPool().imap(lambda _: fresh(), range(20))) == [1] * 20


def test_what_went_wrong_is_tried_again_by_the_next() -> None:
    answers = iter([OSError("away"), "there"])

    def find_out() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return str(answer)

    fresh = Fresh(find_out, 60)
    with pytest.raises(OSError, match="away"):
        fresh()
    assert fresh() == "there"
