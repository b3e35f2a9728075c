"""What a service shows of a case is plain JSON: kombu would give dates a tag of its own, Flask another format."""

import json

from shared.contracts.evaluations import EvaluationView
from shared.contracts.orders import OrderView
from shared.contracts.reports import ReportView
from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.contracts.views import show
from tests.support.loop import Loop
from tests.support.plans import HAPPY, UNHAPPY, Plan
from tests.support.script import Script

VIEWS = {INTAKE: ReportView(), DISPATCH: OrderView(), EVALUATION: EvaluationView()}
LONG_LIFE = Plan(
    names_category=False,
    is_asked=True,
    returns=1,
    transfers=1,
    is_joint=True,
    has_questions=True,
    is_suspended=True,
    verdicts=(UNHAPPY, UNHAPPY, HAPPY),
)


def test_a_case_with_a_long_life_is_shown_in_plain_json() -> None:
    loop = Loop()
    script = Script(loop, [LONG_LIFE])
    while True:
        if letters := loop.take_letters():
            for letter in letters:
                loop.deliver([letter])
        elif possible := script.possible():
            script.carry_out(possible[0])
        else:
            break
    for service, view in VIEWS.items():
        case = loop.stores[service].load(script.case_ids[0])
        assert case is not None
        shown = show(service, case, view)
        assert json.loads(json.dumps(shown)) == shown
        assert (shown["state"], shown["version"]) == (case.state, case.version)
        assert len(shown["timeline"]) == case.version
