"""A rating window that is over: the case closes unrated, and an answer is too late. On a stack of its own."""

from collections.abc import Iterator

import pytest
import requests

from steward.stack import Stack
from tests.support.http import dispatcher, resident, states
from tests.support.walk import HAPPY, assigned, issue_link, load_district, rate, report, serve, wait_for_invitation

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Gives residents ten seconds to rate: in which two requests are answered on any machine."""
    settings = {"RATING_WINDOW": "10s"}
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


def test_a_link_is_gone_with_the_window_and_says_so_on_the_page_and_in_json(hasty: Stack) -> None:
    me = resident(hasty)
    case_id = report(me)
    serve(assigned(hasty, me, case_id), case_id)
    wait_for_invitation(me, case_id)
    token = issue_link(dispatcher(hasty), case_id, me.subject)
    assert requests.get(f"{me.gateway}/ratings/{token}", timeout=30).status_code == 200
    me.wait_for(case_id, lambda case: case["evaluation"]["state"] == "expired")
    page = requests.get(f"{me.gateway}/r/{token}", timeout=30)
    late = requests.post(f"{me.gateway}/ratings/{token}", json=HAPPY, headers={"Idempotency-Key": "k"}, timeout=30)
    assert (page.status_code, late.status_code) == (410, 410)
    assert "评价时间已过" in page.text
    assert "评价时间已过" in late.json()["detail"]
