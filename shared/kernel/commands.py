"""How a command is carried out: once, on the case as it is, whatever else happens to it meanwhile."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.kernel.actor import Actor
from shared.kernel.case import Case, Receipt
from shared.kernel.erasure import require_kept
from shared.kernel.errors import Busy, Changed, NotFound
from shared.kernel.ports import Cases, Originals

C = TypeVar("C", bound=Case)

ATTEMPTS = 8
"""Lost races before the caller is told to try again; each loss means that someone else made progress."""


@dataclass(frozen=True, slots=True)
class Command:
    """`body` is validated content; `receipt` makes a repetition find its own answer.

    `seen`: versions of the case that it is meant for; None for whichever it has.
    """

    case_id: str
    by: Actor
    receipt: Receipt
    body: Mapping[str, Any]
    seen: Collection[int] | None = None

    def require_seen(self, case: Case) -> None:
        """Raises Changed. Asked before anything is decided; the write is guarded by the same version."""
        if self.seen is not None and case.version not in self.seen:
            raise Changed(case.case_id, case.version)

    @property
    def origin(self) -> str:
        """What makes a command that makes a case itself: whose it is, and under which key."""
        return hashlib.sha256(f"{self.by.subject}\0{self.receipt.key}".encode()).hexdigest()


def digest(verb: str, body: Mapping[str, Any]) -> str:
    """SHA-256 over the verb and the body as canonical JSON."""
    text = json.dumps([verb, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def execute(
    cases: Cases[C],
    verb: str,
    command: Command,
    decide: Callable[[C], None],
    visible: Callable[[C, Actor], bool],
) -> C:
    """Carry out `decide` on the command's case and store the step durably.

    A command that was carried out before answers what it answered then.
    Raises Forbidden, NotFound, Gone, KeyReused, Changed, IllegalTransition, Invalid or Busy; none changes anything.
    """
    cases.blank(command.case_id).lifecycle.permit(verb, command.by)
    for _ in range(ATTEMPTS):
        case = cases.load(command.case_id)
        if case is None:
            raise NotFound(command.case_id)
        answered = case.answered(command.by, command.receipt)
        if answered:
            return case.as_of(answered)
        if not visible(case, command.by):
            raise NotFound(command.case_id)
        require_kept(case)
        command.require_seen(case)
        case.receipt = command.receipt
        decide(case)
        if not cases.commit([case]):
            return case
    raise Busy(command.case_id)


def made_before(cases: Originals[C], command: Command) -> C | None:
    """The case that this very command made, as it answered then; None if there is none yet. Raises KeyReused."""
    first = cases.by_origin(command.origin)
    answered = first.answered(command.by, command.receipt) if first else None
    return first.as_of(answered) if first and answered else None


def look_up(cases: Cases[C], case_id: str, by: Actor, visible: Callable[[C, Actor], bool]) -> C:
    """Raises NotFound, also for a case that is none of the caller's business."""
    case = cases.load(case_id)
    if case is None or not visible(case, by):
        raise NotFound(case_id)
    return case
