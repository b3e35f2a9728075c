"""A rating window that is over: the case closes unrated, and an answer is too late. On a stack of its own."""

from collections.abc import Iterator

import pytest

from steward.stack import Stack
from tests.support.http import resident, states
from tests.support.walk import HAPPY, assigned, load_district, rate, report, serve

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Gives residents three seconds to rate."""
    settings = {"RATING_WINDOW": "3s"}
    with Stack(tmp_path_factory.mktemp("hasty")).running(free_ports=True, settings=settings) as stack:
        load_district(stack)
        yield stack


def test_an_unanswered_case_closes_by_itself_and_only_that_one(hasty: Stack) -> None:
    me = resident(hasty)
    unanswered, answered = report(me), report(me)
    for case_id in (unanswered, answered):
        serve(assigned(hasty, me, case_id), case_id)
    rate(me, answered, HAPPY)
    me.wait_for(unanswered, lambda case: states(case) == ("closed", "closed", "expired"))
    before = me.case(unanswered)
    late = me.post(f"/evaluations/{unanswered}/rate", HAPPY)
    assert (late.status_code, late.json()["type"]) == (410, "urn:steward:problem:gone")
    assert me.case(unanswered) == before
    assert states(me.case(answered)) == ("closed", "closed", "settled")
