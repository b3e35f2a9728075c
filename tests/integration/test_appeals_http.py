"""An appeal over HTTP: whoever served appeals, two others grant it, and nobody else is disturbed."""

import pytest

from steward.stack import Stack
from tests.support.http import dispatcher, resident, states
from tests.support.walk import UNHAPPY, assigned, load_district, report, serve, wait_for_invitation

pytestmark = pytest.mark.servers

APPEAL = {"ground": "unreasonable_demand", "reason": "示例理由"}
GRANT = {"granted": True, "reason": "示例意见"}


@pytest.fixture(scope="module")
def district(stack: Stack) -> Stack:
    load_district(stack)
    return stack


def test_an_appeal_that_two_dispatchers_grant_exempts_the_case_and_leaves_it_closed(district: Stack) -> None:
    me = resident(district)
    case_id = report(me)
    server = assigned(district, me, case_id)
    serve(server, case_id)
    wait_for_invitation(me, case_id)
    rating = {**UNHAPPY, "resolved": True, "satisfaction": "basically_satisfied"}
    assert me.post(f"/evaluations/{case_id}/rate", rating).status_code == 200
    closed = me.wait_for(case_id, lambda case: states(case) == ("closed", "closed", "settled"))
    path = closed["order"]["unit_path"]
    below, above = dispatcher(district, path[-1]), dispatcher(district, path[0])

    assert me.post(f"/evaluations/{case_id}/appeal", APPEAL).status_code == 403
    appealed = server.post(f"/evaluations/{case_id}/appeal", APPEAL)
    assert (appealed.status_code, appealed.json()["state"]) == (200, "disputed")
    assert below.post(f"/evaluations/{case_id}/review", GRANT).json()["state"] == "disputed"
    assert below.post(f"/evaluations/{case_id}/review", GRANT).status_code == 403
    decided = above.post(f"/evaluations/{case_id}/review", GRANT).json()

    assert (decided["state"], decided["exempt"], decided["appeal"]["granted"]) == ("settled", True, True)
    assert (decided["appeal_reason"], decided["review_reasons"]) == ("示例理由", ["示例意见"] * 2)
    seen = me.case(case_id)
    assert states(seen) == ("closed", "closed", "settled")
    assert seen["evaluation"]["ratings"] == closed["evaluation"]["ratings"]
    assert seen["order"]["version"] == closed["order"]["version"]
    assert not {"appeal_reason", "review_reasons"} & seen["evaluation"].keys()
    assert server.post(f"/evaluations/{case_id}/appeal", APPEAL).status_code == 403
