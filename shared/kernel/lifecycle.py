"""A lifecycle is two tables: where each verb leads from each state, and who may use each verb."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, IllegalTransition

NEW = None
"""The state of a case before its first event."""


@dataclass(frozen=True, slots=True)
class Verb:
    """What the verb is recorded as, and the roles that may use it."""

    event_type: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    transitions: Mapping[tuple[str | None, str], str]
    verbs: Mapping[str, Verb]

    def next(self, state: str | None, verb: str) -> str:
        """The state that `verb` leads to. Raises IllegalTransition, naming what is allowed instead."""
        try:
            return self.transitions[state, verb]
        except KeyError:
            raise IllegalTransition(state or "new", verb, self.allowed(state)) from None

    def allowed(self, state: str | None) -> list[str]:
        return [verb for (from_state, verb) in self.transitions if from_state == state]

    def permit(self, verb: str, actor: Actor) -> None:
        """Raises Forbidden where the actor's role may never use the verb."""
        if actor.role not in self.verbs[verb].roles:
            raise Forbidden(verb, actor.role)

    @property
    def states(self) -> set[str]:
        return set(self.transitions.values())
