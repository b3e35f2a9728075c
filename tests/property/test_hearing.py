"""Evaluation hears two services that know nothing of one another's pace: any order ends in the same document.

Reports are merged, taken out, asked about, rejected, accepted and withdrawn as hypothesis wants. Intake and dispatch
hear at once; what evaluation should have heard is kept back, and then brought in any order, in parts and more than
once. So the figures are the same too.
"""

from pickle import dumps, loads
from random import Random
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.evaluation.indicators.cells import counted
from services.evaluation.indicators.periods import Periods
from shared.contracts.positions import WGS84
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.kernel.errors import DomainError
from steward.audit.agreement import evaluations_of
from tests.support.district import IN_THE_GRID
from tests.support.loop import Letter, Loop
from tests.support.order_steps import TAKEN
from tests.support.people import HEAD, NOON, RESIDENT_ONE, RESIDENT_TWO, command

WHO = (RESIDENT_ONE, RESIDENT_TWO)
OF_REPORT = ("ask", "add_information", "merge", "merge", "unmerge", "reject", "accept", "accept", "withdraw")
OF_ORDER = ("assign", "return", "accept", "start", "complete")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(INTAKE), st.sampled_from(OF_REPORT), st.integers(0, 1)),
        st.tuples(st.just(DISPATCH), st.sampled_from(OF_ORDER), st.integers(0, 1)),
    ),
    max_size=16,
)
LARGEST_BATCH, COPIES = 4, 3


class Neighbours:
    """Two reports about the same, and what is done with them; `kept_back` is what evaluation should have heard."""

    def __init__(self) -> None:
        self.loop = Loop()
        self.kept_back: list[Letter] = []
        place = {"position": {**IN_THE_GRID, "datum": WGS84}}
        self.ids = [self.loop.intake.carry_out("submit", command(by, text="示例", **place), NOON).case_id for by in WHO]
        self._post()

    def take(self, service: str, verb: str, which: int) -> None:
        try:
            if service == INTAKE:
                by = WHO[which] if verb in ("withdraw", "add_information") else HEAD
                asked = command(by, self.ids[which], **self._body(verb, which))
                self.loop.intake.carry_out(verb, asked, NOON)
            else:
                self._serve(verb, which)
        except DomainError:
            return
        event(f"{service} {verb}")
        self._post()

    def _body(self, verb: str, which: int) -> dict[str, Any]:
        bodies = {
            "ask": {"question": "示例?"},
            "add_information": {"text": "示例"},
            "merge": {"into": self.ids[1 - which]},
            "reject": {"reason": "示例", "responsible": "示例"},
            "accept": {"category": "cleaning"},
        }
        return bodies.get(verb, {})

    def _serve(self, verb: str, which: int) -> None:
        order = self.loop.orders.load(self.ids[which])
        if order is None or verb not in order.lifecycle.allowed(order.state):
            return
        by, body = TAKEN[verb](order, NOON)
        ground = {"ground": "other"} if verb == "return" else {}
        self.loop.dispatch.carry_out(verb, command(by, self.ids[which], **body, **ground), NOON)

    def _post(self) -> None:
        while letters := self.loop.take_letters():
            self.kept_back += [letter for letter in letters if letter.to == EVALUATION]
            for letter in letters:
                if letter.to != EVALUATION:
                    self.loop.deliver([letter])


@settings(max_examples=300)
@given(STEPS, st.randoms(use_true_random=False))
def test_any_order_of_what_is_heard_ends_in_the_same_document(
    steps: list[tuple[str, str, int]], random: Random
) -> None:
    two = Neighbours()
    for step in steps:
        two.take(*step)
    bad: Loop = loads(dumps(two.loop))
    for letter in two.kept_back:
        two.loop.deliver([letter])
    waiting = two.kept_back + random.choices(two.kept_back, k=random.randint(0, COPIES))
    random.shuffle(waiting)
    while waiting:
        size = random.randint(1, LARGEST_BATCH)
        batch, waiting = waiting[:size], waiting[size:]
        bad.deliver(batch)
    for case_id in two.ids:
        told = two.loop.documents(case_id)
        event(" ".join(document["state"] for document in told.values()))
        assert bad.documents(case_id)[EVALUATION] == told[EVALUATION]
        assert in_the_figures(bad, case_id) == in_the_figures(two.loop, case_id)
        order = told.get(DISPATCH, {}).get("state")
        assert told[EVALUATION]["state"] in evaluations_of(told[INTAKE]["state"], order, False)


def in_the_figures(loop: Loop, case_id: str) -> dict[str, Any]:
    """What the case adds to the rollups."""
    evaluation = loop.evaluations.load(case_id)
    assert evaluation is not None
    return counted(evaluation.state, evaluation.facts, Periods())
