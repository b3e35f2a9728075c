"""联席: one steward leads, others each do their part; done when all parts are done."""

import pytest

from services.dispatch.handlers import Dispatch
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden
from tests.support.memory import InMemoryOrders
from tests.support.orders import COMMUNITY, ESTATE, GRID, PICTURES, opened, order, refused, started, take
from tests.support.people import a_steward

MEDIATOR = a_steward("street-mediator")
HELP = [{"steward": "estate-cleaner", "task": "示例甲"}, {"steward": "street-mediator", "task": "示例乙"}]
DONE = {"answer": "示例答复", "evidence": PICTURES}


@pytest.fixture
def joint_case(dispatch: Dispatch) -> str:
    """Led by the grid's cleaner, who has started."""
    case_id = opened(dispatch)
    started(dispatch, case_id, GRID)
    take(dispatch, case_id, "convene", parties=HELP)
    return case_id


def test_who_holds_the_order_leads_and_the_others_have_parts(orders: InMemoryOrders, joint_case: str) -> None:
    joint = order(orders, joint_case)
    assert joint.facts["assignee"] == "grid-cleaner"
    assert [(part["number"], part["steward"]) for part in joint.facts["parts"]] == [
        (1, "estate-cleaner"),
        (2, "street-mediator"),
    ]
    assert joint.private["tasks"] == ["示例甲", "示例乙"]
    assert "示例甲" not in repr(joint.history)


def test_it_is_done_when_all_parts_are(dispatch: Dispatch, joint_case: str) -> None:
    assert len(refused(dispatch, joint_case, "complete", GRID, **DONE)["parts"]) == 2
    take(dispatch, joint_case, "finish_part", MEDIATOR)
    assert refused(dispatch, joint_case, "complete", GRID, **DONE)["parts"] == [
        "The part of estate-cleaner is not done yet."
    ]
    take(dispatch, joint_case, "finish_part", ESTATE)
    completed = take(dispatch, joint_case, "complete", GRID, **DONE)
    assert (completed.state, completed.rounds[0]["served_by"]) == ("completed", "grid-cleaner")


@pytest.mark.parametrize("by", [GRID, COMMUNITY])
def test_nobody_finishes_a_part_they_do_not_have(dispatch: Dispatch, joint_case: str, by: Actor) -> None:
    with pytest.raises(Forbidden, match="no open part"):
        take(dispatch, joint_case, "finish_part", by)


def test_a_part_is_finished_once(dispatch: Dispatch, joint_case: str) -> None:
    take(dispatch, joint_case, "finish_part", ESTATE)
    with pytest.raises(Forbidden, match="no open part"):
        take(dispatch, joint_case, "finish_part", ESTATE)


def test_only_the_leader_completes(dispatch: Dispatch, joint_case: str) -> None:
    with pytest.raises(Forbidden, match="another steward"):
        take(dispatch, joint_case, "complete", ESTATE, **DONE)


def test_a_released_party_is_waited_for_no_longer(dispatch: Dispatch, joint_case: str) -> None:
    take(dispatch, joint_case, "finish_part", ESTATE)
    take(dispatch, joint_case, "release_part", number=2, reason="示例")
    with pytest.raises(Forbidden, match="no open part"):
        take(dispatch, joint_case, "finish_part", MEDIATOR)
    assert take(dispatch, joint_case, "complete", GRID, **DONE).state == "completed"


@pytest.mark.parametrize("number", [0, 1, 3])
def test_only_an_open_part_is_released(dispatch: Dispatch, joint_case: str, number: int) -> None:
    take(dispatch, joint_case, "finish_part", ESTATE)
    assert list(refused(dispatch, joint_case, "release_part", number=number, reason="示例")) == ["number"]


@pytest.mark.parametrize(
    "parties",
    [
        [{"steward": "grid-cleaner", "task": "示例"}],
        [{"steward": "estate-cleaner", "task": "示例"}],
        [{"steward": "community-cleaner", "task": "示例"}] * 2,
        [{"steward": "nobody", "task": "示例"}],
    ],
    ids=["the leader", "who has an open part", "somebody twice", "nobody known"],
)
def test_who_cannot_be_called_in(dispatch: Dispatch, joint_case: str, parties: list[dict[str, str]]) -> None:
    assert list(refused(dispatch, joint_case, "convene", parties=parties)) == ["parties"]


def test_who_is_done_may_be_called_once_more(dispatch: Dispatch, joint_case: str) -> None:
    take(dispatch, joint_case, "finish_part", ESTATE)
    again = take(dispatch, joint_case, "convene", parties=[{"steward": "estate-cleaner", "task": "示例丙"}])
    assert [part["number"] for part in again.facts["parts"]] == [1, 2, 3]
    assert len(refused(dispatch, joint_case, "complete", GRID, **DONE)["parts"]) == 2
