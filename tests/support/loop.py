"""The three services with their real handlers, over stores in memory; whoever drives it is people and network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.dispatch.domain.clocks import Timetable
from services.dispatch.domain.ringing import ring
from services.dispatch.handlers import Dispatch
from services.evaluation import handlers as evaluation
from services.intake.contacts import Contacts
from services.intake.handlers import Intake
from services.intake.reception.suggestions import by_keywords
from services.intake.rulebook import Rulebook
from shared.contracts.places import UnitMap
from shared.contracts.topology import BINDINGS, DISPATCH, EVALUATION, INTAKE, LOOP_SERVICES
from shared.kernel.case import Case
from shared.runtime.messages import decode, encode
from tests.support.district import INTAKE_RULEBOOK, RULEBOOK, directory
from tests.support.memory import InMemoryCases, InMemoryEvaluations, InMemoryOrders, InMemoryReports
from tests.support.people import NOON, TERMS

DIRECTORY = directory()
UNIT_MAP = UnitMap(DIRECTORY.tree)
CONTACTS = Contacts(b"c" * 32)
TIMETABLE = Timetable(RULEBOOK.calendar, RULEBOOK.catalogue)


def intake_over(reports: InMemoryReports, rulebook: Rulebook = INTAKE_RULEBOOK) -> Intake:
    """Under the rules that the project ships, unless told otherwise."""
    return Intake(reports, rulebook, by_keywords(rulebook.catalogue), UNIT_MAP, CONTACTS)


@dataclass(frozen=True)
class Letter:
    """An event on its way to one consumer, as it is on the wire."""

    to: str
    body: bytes
    headers: dict[str, Any]


class Loop:
    """`outbox` holds the letters that nobody has taken along yet, in the order of writing."""

    def __init__(self) -> None:
        self.reports, self.orders, self.evaluations = InMemoryReports(), InMemoryOrders(), InMemoryEvaluations()
        self.stores: dict[str, InMemoryCases[Any]] = {
            INTAKE: self.reports,
            DISPATCH: self.orders,
            EVALUATION: self.evaluations,
        }

    @property
    def intake(self) -> Intake:
        return intake_over(self.reports)

    @property
    def dispatch(self) -> Dispatch:
        """A new one for each batch or command, as in the service."""
        return Dispatch(self.orders, DIRECTORY, RULEBOOK)

    def take_letters(self) -> list[Letter]:
        """Every event since the last time, once for each service that is bound to it."""
        letters = []
        for source, store in self.stores.items():
            for publication in store.published:
                body, headers = encode(source, publication)
                bound = (to for to in LOOP_SERVICES if publication.event.type in BINDINGS[to].get(source, ()))
                letters += [Letter(to, body, headers) for to in bound]
            store.published.clear()
        return letters

    def deliver(self, letters: Sequence[Letter]) -> None:
        """As one batch to the one service that they are all for; none of them may fail."""
        notices = [decode(letter.body, letter.headers) for letter in letters]
        match letters[0].to:
            case service if service == INTAKE:
                failures = self.intake.follow(notices, NOON)
            case service if service == DISPATCH:
                failures = self.dispatch.follow(notices, NOON)
            case _:
                failures = evaluation.follow(self.evaluations, notices, NOON, TERMS)
        assert failures == []

    def ring(self, case_id: str, at: datetime) -> None:
        """The timer comes to one order."""
        order = self.orders.load(case_id)
        assert order is not None
        order.timetable = TIMETABLE
        ring(order, at)
        assert self.orders.commit([order]) == set()

    def documents(self, case_id: str) -> dict[str, Any]:
        """What each service keeps of the case, as far as no network may change it.

        Evaluation hears two services, so its history tells in which order it did; how many events it has, and
        with that their numbers, is nobody's business. A fact that is None says no more than one that is missing.
        """
        found = {service: store.load(case_id) for service, store in self.stores.items()}
        return {service: _document(service, case) for service, case in found.items() if case}


def _document(service: str, case: Case) -> dict[str, Any]:
    facts = {name: value for name, value in case.facts.items() if value is not None}
    heard = {source: sequence for source, sequence in case.inbox.items() if source != EVALUATION}
    kept = {"state": case.state, "facts": facts, "private": case.private, "inbox": heard}
    return kept if service == EVALUATION else {**kept, "version": case.version, "history": case.history}
