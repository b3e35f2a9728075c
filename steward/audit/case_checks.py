"""Invariants of one case across the three stores, of a system in which every event has been heard."""

from collections.abc import Iterator

from services.evaluation.domain.appeal import REVIEWS
from shared.contracts import event_types as types
from shared.contracts.topology import BINDINGS, DISPATCH, EVALUATION, INTAKE
from steward.audit.agreement import evaluations_of, orders_of
from steward.audit.documents import STORES, CaseDocuments, Document
from steward.audit.journal_checks import check_journal


def check_case(case: CaseDocuments) -> list[str]:
    """All that is wrong with it, each beginning with whose document it is about."""
    found: list[str] = []
    for store in STORES:
        if document := case.of(store.service):
            found += [f"{store.service}: {complaint}" for complaint in _checked(check_journal(store, document))]
    return found + _checked(_across(case))


def _checked(complaints: Iterator[str]) -> list[str]:
    """A document that lacks what every document has cannot be checked further."""
    found: list[str] = []
    try:
        found.extend(complaints)
    except (KeyError, TypeError, AttributeError) as error:
        found.append(f"is not a document of ours: {error!r}")
    return found


def _across(case: CaseDocuments) -> Iterator[str]:
    report, order, evaluation = (case.of(service) for service in (INTAKE, DISPATCH, EVALUATION))
    if report is None:
        yield "there is no report"
    else:
        yield from _states(case, report["round"])
    yield from _rounds(report, order, evaluation)
    yield from _watermarks(case)
    if evaluation:
        yield from _ratings(evaluation)
        yield from _appeal(evaluation)


def _states(case: CaseDocuments, round_number: int) -> Iterator[str]:
    report, order, evaluation = (case.state(service) for service in (INTAKE, DISPATCH, EVALUATION))
    if order not in orders_of(report, round_number):
        yield f"the report is {report}, the order {order or 'missing'}"
    if evaluation not in evaluations_of(report, order, _awaits_verification(case.of(DISPATCH))):
        whose = f"the order is {order}" if order else f"the report is {report}"
        yield f"{whose}, the evaluation {evaluation or 'missing'}"
    if evaluation == "void" and (case.of(EVALUATION) or {}).get("void_as", report) != report:
        yield f"the report is {report}, the evaluation void as if it were something else"


def _awaits_verification(order: Document | None) -> bool:
    return bool(order and order["state"] == "completed" and order["rounds"][-1].get("to_verify"))


def _rounds(report: Document | None, order: Document | None, evaluation: Document | None) -> Iterator[str]:
    numbers = {
        "report": report and report["round"],
        "order": order and len(order["rounds"]),
        "evaluation": evaluation and evaluation["round"],
    }
    if len({number for number in numbers.values() if number is not None}) > 1:
        yield f"the rounds differ: {numbers}"


def _watermarks(case: CaseDocuments) -> Iterator[str]:
    for service, document in case.by_service.items():
        for source, heard in document.get("inbox", {}).items():
            told = (case.of(source) or {}).get("version", 0)
            if source not in BINDINGS[service]:
                yield f"{service} heard {source}, which it does not listen to"
            elif heard > told:
                yield f"{service} heard event {heard} of {source}, which has told {told}"


def _ratings(evaluation: Document) -> Iterator[str]:
    """One of each reporter in each round, and an event for each."""
    ratings = [(rating["round"], rating.get("by")) for rating in evaluation.get("ratings", ())]
    rounds = [number for number, _ in ratings]
    told = sum(event["type"] == types.CASE_RATED for event in evaluation["history"])
    if len(set(ratings)) < len(ratings) or rounds != sorted(rounds) or any(one > evaluation["round"] for one in rounds):
        yield f"the rounds {rounds} were rated, of {evaluation['round']}"
    if len(ratings) != told:
        yield f"{len(ratings)} ratings, and {told} events tell of one"


def _appeal(evaluation: Document) -> Iterator[str]:
    """Decided or lapsed once it is no longer disputed; exempt only by what two others have granted."""
    appeal = evaluation.get("appeal", {})
    is_open = bool(appeal) and not appeal.keys() & {"decided_at", "lapsed_at"}
    if is_open != (evaluation["state"] == "disputed"):
        yield f"is {evaluation['state']}, and its appeal is {'open' if is_open else 'not'}"
    granting = {review["by"] for review in appeal.get("reviews", ()) if review["granted"]}
    if evaluation.get("exempt") and len(granting - {appeal.get("by")}) < REVIEWS:
        yield f"is exempt, granted by {sorted(granting)}"
