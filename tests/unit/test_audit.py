"""The audit's eyes: sound cases pass at every stage, and each invariant broken once is seen."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from shared.contracts.topology import DISPATCH, EVALUATION, INTAKE
from shared.runtime.documents import event_to_document
from steward.audit.agreement import EVALUATIONS, EVALUATIONS_OF_REPORTS, ORDERS, ORDERS_IN_REWORK
from steward.audit.case_checks import check_case
from steward.audit.documents import STORES, CaseDocuments
from tests.support.loop import Loop
from tests.support.plans import HAPPY, UNHAPPY, Plan
from tests.support.script import Script

Documents = dict[str, dict[str, Any]]

SATISFIED_AT_LAST = Plan(names_category=False, returns=1, verdicts=(UNHAPPY, HAPPY))
PLANS = (
    SATISFIED_AT_LAST,
    Plan(knows_place=False, verdicts=(None,)),
    Plan(category="small_wish"),
    Plan(verdicts=(UNHAPPY, UNHAPPY, UNHAPPY)),
    Plan(withdraws=True),
    Plan(names_category=False, is_asked=True, withdraws=True),
)


def stages(plan: Plan) -> list[Documents]:
    """What the stores hold of a case after each step, once every event of it has been heard."""
    loop = Loop()
    script = Script(loop, [plan])
    seen = [_quiet(loop, script)]
    while possible := script.possible():
        script.carry_out(possible[0])
        seen.append(_quiet(loop, script))
    return seen


def _quiet(loop: Loop, script: Script) -> Documents:
    while letters := loop.take_letters():
        for letter in letters:
            loop.deliver([letter])
    found = {service: store.load(script.case_ids[0]) for service, store in loop.stores.items()}
    return {
        service: {
            "_id": case.case_id,
            "state": case.state,
            "version": case.version,
            **case.facts,
            "inbox": case.inbox,
            "history": [event_to_document(event) for event in case.history],
        }
        for service, case in found.items()
        if case
    }


def complaints(documents: Documents) -> list[str]:
    return check_case(CaseDocuments("case", documents))


CLOSED = stages(SATISFIED_AT_LAST)[-1]
AT_WORK = next(stage for stage in stages(Plan()) if stage.get(DISPATCH, {}).get("state") == "in_progress")


@pytest.mark.parametrize("plan", PLANS)
def test_a_sound_case_passes_at_every_stage(plan: Plan) -> None:
    assert [complaints(stage) for stage in stages(plan)] == [[] for _ in stages(plan)]


def _gap(documents: Documents) -> None:
    del documents[INTAKE]["history"][1]


def _number_twice(documents: Documents) -> None:
    documents[DISPATCH]["history"][2]["sequence"] = 2


def _lost_event(documents: Documents) -> None:
    documents[EVALUATION]["history"].pop()


def _no_history(documents: Documents) -> None:
    documents[DISPATCH]["history"] = []


def _other_state(documents: Documents) -> None:
    documents[INTAKE]["state"] = "served"


def _other_fact(documents: Documents) -> None:
    documents[DISPATCH]["assignee"] = "grid-cleaner-2"


def _fact_without_event(documents: Documents) -> None:
    documents[EVALUATION]["expired_at"] = None


def _illegal_step(documents: Documents) -> None:
    history = documents[INTAKE]["history"]
    history[1] |= {"verb": "serve", "type": "ReportServed", "state": "served"}
    history[1]["by"] |= {"role": "system"}


def _forbidden_step(documents: Documents) -> None:
    documents[INTAKE]["history"][0]["by"]["role"] = "analyst"


def _unknown_verb(documents: Documents) -> None:
    documents[INTAKE]["history"][0]["verb"] = "guess"


def _misnamed_event(documents: Documents) -> None:
    documents[INTAKE]["history"][0]["type"] = "ReportAccepted"


def _command_twice(documents: Documents) -> None:
    history = documents[DISPATCH]["history"]
    first, *_, last = (event for event in history if event["by"]["role"] == "steward")
    last |= {"receipt": first["receipt"], "by": first["by"]}


def _unpublished(documents: Documents) -> None:
    documents[DISPATCH]["unpublished"] = {"after": 4}


def _no_report(documents: Documents) -> None:
    del documents[INTAKE]


def _no_order(documents: Documents) -> None:
    del documents[DISPATCH]


def _no_evaluation(documents: Documents) -> None:
    del documents[EVALUATION]


def _heard_the_future(documents: Documents) -> None:
    documents[INTAKE]["inbox"][DISPATCH] += 1


def _heard_a_stranger(documents: Documents) -> None:
    documents[INTAKE]["inbox"][EVALUATION] = 1


def _rated_twice(documents: Documents) -> None:
    documents[EVALUATION]["ratings"][1]["round"] = 1


def _rated_without_event(documents: Documents) -> None:
    documents[EVALUATION]["ratings"].pop()


def _disputed_without_appeal(documents: Documents) -> None:
    documents[EVALUATION]["state"] = "disputed"


def _appeal_left_open(documents: Documents) -> None:
    documents[EVALUATION]["appeal"] = {"by": "sample-steward", "reviews": []}


def _exempt_by_one(documents: Documents) -> None:
    reviews = [{"by": by, "granted": True} for by in ("sample-steward", "sample-dispatcher")]
    decided = {"by": "sample-steward", "reviews": reviews, "decided_at": None}
    documents[EVALUATION] |= {"appeal": decided, "exempt": True}


def _not_ours(documents: Documents) -> None:
    del documents[INTAKE]["version"]


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (_gap, "intake: is of version"),
        (_number_twice, "dispatch: is of version"),
        (_lost_event, "evaluation: is settled, its history ends in rated"),
        (_no_history, "dispatch: has no history"),
        (_other_state, "intake: is served, its history ends in closed"),
        (_other_fact, "dispatch: differs from its history in assignee"),
        (_fact_without_event, "evaluation: differs from its history in expired_at"),
        (_illegal_step, "intake: event 2: serve is not possible in submitted"),
        (_forbidden_step, "intake: event 1: the role analyst may not submit"),
        (_unknown_verb, "intake: event 1 has the unknown verb guess"),
        (_misnamed_event, "intake: event 1: submit is told as ReportAccepted to submitted"),
        (_command_twice, "dispatch: carried out a command twice"),
        (_unpublished, "dispatch: has events after 4 that may not be published"),
        (_no_report, "there is no report"),
        (_no_order, "the report is closed, the order missing"),
        (_no_evaluation, "the order is closed, the evaluation missing"),
        (_heard_the_future, "intake heard event"),
        (_heard_a_stranger, "intake heard evaluation, which it does not listen to"),
        (_rated_twice, "the rounds [1, 1] were rated"),
        (_rated_without_event, "1 ratings, and 2 events tell of one"),
        (_disputed_without_appeal, "is disputed, and its appeal is not"),
        (_appeal_left_open, "is settled, and its appeal is open"),
        (_exempt_by_one, "is exempt, granted by"),
        (_not_ours, "intake: is not a document of ours"),
    ],
)
def test_each_broken_invariant_is_seen(harm: Callable[[Documents], None], complaint: str) -> None:
    documents = deepcopy(CLOSED)
    assert complaints(documents) == []
    harm(documents)
    assert [what for what in complaints(documents) if what.startswith(complaint)]


@pytest.mark.parametrize("service", [INTAKE, DISPATCH, EVALUATION])
def test_a_store_that_is_behind_is_seen(service: str) -> None:
    behind = deepcopy(CLOSED) | {service: deepcopy(AT_WORK)[service]}
    assert [what for what in complaints(behind) if "the report is" in what or "the order is" in what]
    assert [what for what in complaints(behind) if what.startswith("the rounds differ")]


def test_what_is_void_says_as_what() -> None:
    withdrawn = stages(Plan(withdraws=True))[-1]
    assert complaints(withdrawn) == []
    withdrawn[EVALUATION]["void_as"] = "merged"
    assert "the report is withdrawn, the evaluation void as if it were something else" in complaints(withdrawn)


def test_a_report_that_nobody_has_accepted_yet_is_heard_of() -> None:
    waiting = stages(Plan(names_category=False))[0]
    assert (complaints(waiting), waiting[EVALUATION]["state"]) == ([], "reported")
    del waiting[EVALUATION]
    assert complaints(waiting) == ["the report is submitted, the evaluation missing"]


@pytest.mark.parametrize(("report", "orders"), [("in_service", {"accepted", "reworking"}), ("accepted", {"closed"})])
def test_in_the_first_round_a_report_and_its_order_go_step_by_step(report: str, orders: set[str]) -> None:
    assert not orders & ORDERS[report]


def test_the_tables_of_agreement_leave_no_state_out() -> None:
    report, order, evaluation = (store.case_type.lifecycle.states for store in STORES)
    assert ORDERS.keys() - {None} == report
    assert EVALUATIONS.keys() == order
    assert EVALUATIONS_OF_REPORTS.keys() == {state for state, orders in ORDERS.items() if None in orders} | {"accepted"}
    assert set().union(*ORDERS.values(), ORDERS_IN_REWORK) - {None} == order
    told = {*EVALUATIONS.values(), *EVALUATIONS_OF_REPORTS.values()}
    assert set().union(*told) - {None} == evaluation
