"""矛盾调解: a dispute is confidential, and police and lawyer come to it together."""

import pytest

from services.dispatch.domain.joint import convene, release_part
from services.dispatch.domain.mediation import call_law
from services.dispatch.visibility import Visibility
from shared.kernel.actor import DISPATCHER, INSPECTOR, Actor
from shared.kernel.errors import Forbidden, IllegalTransition, Invalid
from tests.support.district import CATALOGUE, directory, steward
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, a_steward
from tests.support.timed_order import TimedOrder, at_work

LAW = {"police": "police", "lawyer": "lawyer"}


def test_police_and_lawyer_come_together_each_with_a_part() -> None:
    one = at_work("kind dispute")
    call_law(one.order, one.holder, NOON, LAW)
    assert [part["steward"] for part in one.order.facts["parts"]] == ["police", "lawyer"]
    assert len(one.order.private["tasks"]) == 2
    one.follow("2026-09-28 10:00 complete | refused parts")


@pytest.mark.parametrize(("police", "lawyer", "missing"), [(None, "lawyer", "police"), ("police", None, "lawyer")])
def test_both_or_neither(police: str | None, lawyer: str | None, missing: str) -> None:
    one = at_work("kind dispute")
    with pytest.raises(Invalid) as refusal:
        call_law(one.order, HEAD, NOON, {"police": police, "lawyer": lawyer})
    assert list(refusal.value.errors) == [missing]
    assert "parts" not in one.order.facts


def test_only_for_a_dispute_only_at_work_and_only_by_who_answers_for_it() -> None:
    with pytest.raises(Invalid, match="Only a dispute"):
        call_law(at_work().order, HEAD, NOON, LAW)
    with pytest.raises(Forbidden):
        call_law(at_work("kind dispute").order, a_steward("two"), NOON, LAW)
    unstarted = TimedOrder("kind dispute")
    unstarted.follow("2026-09-28 09:00 open")
    with pytest.raises(IllegalTransition):
        call_law(unstarted.order, HEAD, NOON, LAW)


@pytest.mark.parametrize(
    ("by", "of_a_dispute", "of_another"),
    [
        (a_steward("one"), True, True),
        (a_steward("police"), True, True),
        (a_steward("neighbour"), False, True),
        (HEAD, True, True),
        (Actor("sample-inspector", INSPECTOR, "s"), True, True),
        (Actor("sample-head", DISPATCHER, "h"), False, False),
        (RESIDENT_ONE, True, True),
        (RESIDENT_TWO, False, False),
    ],
)
def test_of_the_stewards_only_those_who_serve_a_dispute_see_it(by: Actor, of_a_dispute: bool, of_another: bool) -> None:
    sees = Visibility(directory(steward("neighbour", "g")), CATALOGUE).may_see
    dispute, other = at_work("kind dispute"), at_work()
    call_law(dispute.order, HEAD, NOON, LAW)
    convene(other.order, HEAD, NOON, [{"steward": "police", "task": "示例"}])
    assert (sees(dispute.order, by), sees(other.order, by)) == (of_a_dispute, of_another)


def test_who_was_released_from_a_dispute_sees_it_no_longer() -> None:
    dispute = at_work("kind dispute").order
    call_law(dispute, HEAD, NOON, LAW)
    release_part(dispute, HEAD, NOON, 1, "示例")
    sees = Visibility(directory(), CATALOGUE).may_see
    assert [sees(dispute, a_steward(who)) for who in ("police", "lawyer")] == [False, True]
