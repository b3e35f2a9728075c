"""集中办好一件事: a project goes from milestone to milestone, and is done when all are reached."""

import pytest

from services.dispatch.domain.project import plan, reach
from shared.kernel.errors import Forbidden, Invalid
from tests.support.people import HEAD, NOON, a_steward
from tests.support.timed_order import at_work

SURVEY, POSTS, LAMPS = ({"name": name, "due_at": NOON} for name in ("示例勘察", "示例立杆", "示例亮灯"))


def test_a_project_is_done_when_its_milestones_are_reached() -> None:
    one = at_work("kind project")
    one.follow("2026-09-28 10:00 complete | refused milestones")
    plan(one.order, one.holder, NOON, [SURVEY, LAMPS])
    reach(one.order, one.holder, NOON, 1)
    one.follow("2026-09-28 10:00 complete | refused milestones")
    reach(one.order, one.holder, NOON, 2)
    one.follow("2026-09-28 10:00 complete | in_time yes")


@pytest.mark.parametrize("number", [0, 1, 3])
def test_only_a_milestone_ahead_is_reached(number: int) -> None:
    one = at_work("kind project")
    plan(one.order, HEAD, NOON, [SURVEY, LAMPS])
    reach(one.order, one.holder, NOON, 1)
    with pytest.raises(Invalid) as refusal:
        reach(one.order, one.holder, NOON, number)
    assert list(refusal.value.errors) == ["number"]


def test_another_plan_keeps_what_was_reached() -> None:
    one = at_work("kind project")
    plan(one.order, HEAD, NOON, [SURVEY, POSTS])
    reach(one.order, one.holder, NOON, 2)
    plan(one.order, HEAD, NOON, [LAMPS])
    assert [(step["number"], "reached_at" in step) for step in one.order.facts["milestones"]] == [(1, True), (2, False)]
    assert one.order.private["milestone_names"] == ["示例立杆", "示例亮灯"]
    assert "示例立杆" not in repr(one.order.history)


def test_only_who_holds_a_project_or_dispatches_it_plans_and_only_a_project_is_planned() -> None:
    with pytest.raises(Forbidden):
        plan(at_work("kind project").order, a_steward("two"), NOON, [SURVEY])
    with pytest.raises(Invalid, match="Only a project"):
        plan(at_work().order, HEAD, NOON, [SURVEY])
    one = at_work("kind project")
    plan(one.order, HEAD, NOON, [SURVEY])
    with pytest.raises(Forbidden):
        reach(one.order, a_steward("two"), NOON, 1)
