"""议事: small matters in the grid, large ones in the community, and what is not settled one level up."""

import pytest

from services.dispatch.handlers import Dispatch
from tests.support.district import ELSEWHERE
from tests.support.memory import InMemoryOrders
from tests.support.orders import COMMUNITY, ESTATE, GRID, opened, order, refused, take
from tests.support.people import NOON, a_steward

ALL_THREE = ["community", "property_company", "residents"]
TALK = {"question": "示例议题", "parties": ALL_THREE}
MEDIATOR = a_steward("street-mediator")


def unheld(dispatch: Dispatch) -> str:
    """An order of the grid that everybody has returned."""
    case_id = opened(dispatch)
    for by in (GRID, ESTATE, COMMUNITY):
        take(dispatch, case_id, "return", by, reason="示例")
    return case_id


@pytest.mark.parametrize(("matter", "unit"), [("small", "g"), ("large", "c")])
def test_small_matters_in_the_grid_large_in_the_community(dispatch: Dispatch, matter: str, unit: str) -> None:
    talk = take(dispatch, unheld(dispatch), "deliberate", matter=matter, **TALK)
    assert (talk.state, talk.facts["deliberations"]) == (
        "deliberating",
        [{"unit": unit, "parties": ALL_THREE, "opened_at": NOON}],
    )


@pytest.mark.parametrize(("place", "matter", "unit"), [("e", "small", "e"), ("s", "small", "s"), ("s", "large", "s")])
def test_where_there_is_no_such_level_the_next_above_deliberates(
    dispatch: Dispatch, place: str, matter: str, unit: str
) -> None:
    case_id = opened(dispatch, position=ELSEWHERE, category="neighbour_dispute")
    take(dispatch, case_id, "place", unit=place)
    take(dispatch, case_id, "return", MEDIATOR, reason="示例")
    assert take(dispatch, case_id, "deliberate", matter=matter, **TALK).facts["deliberations"][0]["unit"] == unit


def test_without_a_place_nobody_deliberates(dispatch: Dispatch) -> None:
    case_id = opened(dispatch, position=ELSEWHERE)
    assert list(refused(dispatch, case_id, "deliberate", matter="small", **TALK)) == ["unit"]


def test_unsettled_it_goes_up_level_by_level_and_no_further_than_the_district(dispatch: Dispatch) -> None:
    case_id = unheld(dispatch)
    take(dispatch, case_id, "deliberate", matter="small", **TALK)
    for _ in range(4):
        talk = take(dispatch, case_id, "raise", reason="示例")
    talks = talk.facts["deliberations"]
    assert [one["unit"] for one in talks] == ["g", "e", "c", "s", "d"]
    assert [one.get("raised_at") for one in talks] == [NOON] * 4 + [None]
    assert all(one["parties"] == ALL_THREE for one in talks)
    assert list(refused(dispatch, case_id, "raise", reason="示例")) == ["unit"]


def test_what_is_decided_goes_to_whom_the_decision_names(dispatch: Dispatch, orders: InMemoryOrders) -> None:
    case_id = unheld(dispatch)
    take(dispatch, case_id, "deliberate", matter="small", **TALK)
    decided = take(dispatch, case_id, "decide", decision="示例决定", steward="community-cleaner")
    assert (decided.state, decided.facts["assignee"]) == ("assigned", "community-cleaner")
    assert decided.facts["deliberations"][0]["decided_at"] == NOON
    assert (decided.private["questions"], decided.private["decisions"]) == (["示例议题"], ["示例决定"])
    assert "示例" not in repr(order(orders, case_id).history)


def test_without_a_name_the_routing_finds_somebody_or_nobody(dispatch: Dispatch) -> None:
    case_id = unheld(dispatch)
    take(dispatch, case_id, "deliberate", matter="small", **TALK)
    waiting = take(dispatch, case_id, "decide", decision="示例决定")
    assert (waiting.state, waiting.facts["why"]["reason"]) == ("pending", "nobody_left")


def test_an_order_may_be_deliberated_twice(dispatch: Dispatch) -> None:
    case_id = unheld(dispatch)
    for matter in ("small", "large"):
        take(dispatch, case_id, "deliberate", matter=matter, **TALK)
        decided = take(dispatch, case_id, "decide", decision="示例决定")
    assert [talk["unit"] for talk in decided.facts["deliberations"]] == ["g", "c"]
    assert decided.private["decisions"] == ["示例决定", "示例决定"]
