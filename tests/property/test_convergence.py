"""Whatever the network does, every service ends with the documents that it would have had without it.

The network here delays, repeats, reorders and batches as hypothesis wants. What people did meanwhile is
then done once more, in the same order for every case and service, with a network that brings every event
once and in the order of writing.
"""

from random import Random
from typing import Any

from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from tests.support.loop import Letter, Loop
from tests.support.plans import HAPPY, UNHAPPY, Plan
from tests.support.script import Script, Step

COPIES = 3
PHASES = tuple(phase for phase in Phase if phase is not Phase.explain)

VERDICTS = st.sampled_from(
    [
        (HAPPY,),
        (None,),
        (UNHAPPY, HAPPY),
        (UNHAPPY, None),
        (UNHAPPY, UNHAPPY, HAPPY),
        (UNHAPPY, UNHAPPY, UNHAPPY),
        (UNHAPPY, UNHAPPY, None),
    ]
)


def plans_for(*categories: str) -> st.SearchStrategy[Plan]:
    return st.builds(
        Plan,
        category=st.sampled_from(categories),
        names_category=st.booleans(),
        knows_place=st.booleans(),
        is_asked=st.booleans(),
        returns=st.integers(0, 3),
        transfers=st.integers(0, 1),
        deliberates=st.booleans(),
        is_joint=st.booleans(),
        has_questions=st.booleans(),
        is_suspended=st.booleans(),
        is_sent_back=st.booleans(),
        verdicts=VERDICTS,
        withdraws=st.sampled_from((False, False, True)),
        is_rejected=st.sampled_from((False, False, False, True)),
        rates_by_link=st.booleans(),
        reviews=st.sampled_from(((), (False,), (True, False), (True, True))),
    )


NEIGHBOURS = st.tuples(plans_for("cleaning", "small_wish"), plans_for("blocked_pipes", "neighbour_dispute")).map(list)
"""Two cases that travel in the same batches but share no steward: the load of one is told in the other's `why`."""


def on_a_bad_network(plans: list[Plan], random: Random) -> tuple[Loop, Script, list[Step]]:
    """Run until nobody wants anything and every copy of every letter has arrived; with what was done."""
    loop = Loop()
    script = Script(loop, plans)
    done: list[Step] = []
    under_way: list[Letter] = []
    while True:
        under_way += [letter for letter in loop.take_letters() for _ in range(random.randint(1, COPIES))]
        possible = script.possible()
        if possible and (not under_way or random.random() < 0.5):
            step = random.choice(possible)
            script.carry_out(step)
            done.append(step)
        elif under_way:
            _deliver_some(loop, under_way, random)
        else:
            return loop, script, done


def _deliver_some(loop: Loop, under_way: list[Letter], random: Random) -> None:
    """A batch for one service: any of its letters, in any order."""
    first = random.choice(under_way)
    waiting = [letter for letter in under_way if letter.to == first.to]
    batch = random.sample(waiting, random.randint(1, min(6, len(waiting))))
    for letter in batch:
        under_way.remove(letter)
    loop.deliver(batch)


def on_a_good_network(plans: list[Plan], steps: list[Step]) -> tuple[Loop, Script]:
    """The same steps, each as soon as its case stands where it stood; every letter once, the oldest first."""
    loop = Loop()
    script = Script(loop, plans)
    under_way: list[Letter] = []
    left = list(steps)
    while True:
        under_way += loop.take_letters()
        possible = script.possible()
        step = next((step for step in left if step in possible), None)
        if step:
            script.carry_out(step)
            left.remove(step)
        elif under_way:
            loop.deliver([under_way.pop(0)])
        else:
            assert left == []
            return loop, script


def every_document(loop: Loop, script: Script) -> list[dict[str, Any]]:
    return [loop.documents(case_id) for case_id in script.case_ids]


@settings(max_examples=150, phases=PHASES)
@given(NEIGHBOURS, st.randoms(use_true_random=False))
def test_a_bad_network_changes_no_document(plans: list[Plan], random: Random) -> None:
    loop, script, steps = on_a_bad_network(plans, random)
    for step in {(step.service, step.verb) for step in steps}:
        event(" ".join(step))
    for documents in every_document(loop, script):
        event(" ".join(document["state"] for document in documents.values()))
        if documents["intake"]["state"] == "closed" and "withdrawal_requested_at" in documents["intake"]["facts"]:
            event("the start overtook the withdrawal")
    assert every_document(loop, script) == every_document(*on_a_good_network(plans, steps))


@settings(max_examples=50, phases=PHASES)
@given(NEIGHBOURS, st.randoms(use_true_random=False))
def test_the_services_agree_on_how_a_case_ended(plans: list[Plan], random: Random) -> None:
    loop, script, _ = on_a_bad_network(plans, random)
    for documents in every_document(loop, script):
        assert tuple(document["state"] for document in documents.values()) in {
            ("withdrawn", "void"),
            ("rejected", "void"),
            ("withdrawn", "cancelled", "void"),
            ("closed", "closed", "settled"),
            ("closed", "closed", "expired"),
        }
