"""Invariants of one document: its history is whole, legal, and says what the document says."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from shared.kernel.case import Case, Event
from shared.kernel.errors import Forbidden, IllegalTransition
from shared.kernel.lifecycle import NEW, Lifecycle
from shared.runtime.documents import from_document
from steward.audit.documents import Document, Store

ABSENT = object()


def check_journal(store: Store, document: Document) -> Iterator[str]:
    """What is wrong with it."""
    case = from_document(store.case_type, document)
    if not case.history:
        yield "has no history"
        return
    yield from _numbers(case)
    yield from _transitions(store.case_type.lifecycle, case.history)
    yield from _folding(store.case_type, case)
    yield from _receipts(case.history)
    if "unpublished" in document:
        yield f"has events after {document['unpublished'].get('after')} that may not be published"


def _numbers(case: Case) -> Iterator[str]:
    numbers = [event.sequence for event in case.history]
    if numbers != list(range(1, case.version + 1)):
        yield f"is of version {case.version}, its history is numbered {numbers}"


def _transitions(lifecycle: Lifecycle, history: list[Event]) -> Iterator[str]:
    state: str | None = NEW
    for event in history:
        try:
            lifecycle.permit(event.verb, event.by)
            expected = lifecycle.next(state, event.verb)
        except KeyError:
            yield f"event {event.sequence} has the unknown verb {event.verb}"
        except Forbidden:
            yield f"event {event.sequence}: the role {event.by.role} may not {event.verb}"
        except IllegalTransition:
            yield f"event {event.sequence}: {event.verb} is not possible in {state or 'a new case'}"
        else:
            if (event.state, event.type) != (expected, lifecycle.verbs[event.verb].event_type):
                yield f"event {event.sequence}: {event.verb} is told as {event.type} to {event.state}"
        state = event.state


def _folding(case_type: type[Case], case: Case) -> Iterator[str]:
    told = case_type.replay(case.case_id, case.history)
    if case.state != told.state:
        yield f"is {case.state}, its history ends in {told.state}"
    names = case.facts.keys() | told.facts.keys()
    differing = [name for name in sorted(names) if case.facts.get(name, ABSENT) != told.facts.get(name, ABSENT)]
    if differing:
        yield f"differs from its history in {', '.join(differing)}"


def _receipts(history: list[Event]) -> Iterator[str]:
    """A command is carried out once: all the events that it caused follow one another."""
    carried_out: dict[tuple[str, str], int] = {}
    for receipt, events in groupby(history, attrgetter("receipt")):
        if receipt is None:
            continue
        first = next(events)
        earlier = carried_out.setdefault((first.by.subject, receipt.key), first.sequence)
        if earlier != first.sequence:
            yield f"carried out a command twice: events {earlier} and {first.sequence}"
