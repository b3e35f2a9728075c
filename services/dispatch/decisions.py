"""What dispatchers and stewards decide, where it takes the organisation to decide it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from services.dispatch.desk import Desk
from services.dispatch.domain import completion, deliberation, joint, postponement, project
from services.dispatch.domain.order import WorkOrder
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.tree import Level
from services.dispatch.routing import ASSIGN, Decision
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, Invalid

Rule = Callable[..., None]
"""Takes the order, who asks, when, and the command's body by name."""

LEVEL_OF = {deliberation.SMALL: Level.GRID, deliberation.LARGE: Level.COMMUNITY}
"""小事网格议、大事社区议"""


class Decisions:
    """`rules`: which rule decides each verb."""

    def __init__(self, directory: Directory, desk: Desk) -> None:
        self._directory = directory
        self._desk = desk
        self.rules: Mapping[str, Rule] = {
            "place": self._place,
            "assign": self._assign,
            "claim": self._claim,
            "accept": WorkOrder.accept,
            "return": self._hand_back,
            "transfer": self._transfer,
            "start": WorkOrder.start,
            "complete": completion.complete,
            "verify": completion.verify,
            "rework": completion.reject,
            "ask": postponement.ask,
            "inform": postponement.inform,
            "suspend": postponement.suspend,
            "resume": postponement.resume,
            "ask_extension": postponement.ask_extension,
            "extend": postponement.extend,
            "refuse_extension": postponement.refuse_extension,
            "deliberate": self._deliberate,
            "raise": deliberation.raise_deliberation,
            "decide": self._decide,
            "convene": self._convene,
            "finish_part": joint.finish_part,
            "release_part": joint.release_part,
            "plan": project.plan,
            "reach": project.reach,
        }

    def route(
        self, order: WorkOrder, unit_path: Sequence[str], at: datetime, leaving: Mapping[str, str] | None = None
    ) -> Decision:
        """Who serves it at that place, of those who did not return, report, serve or lose it before.

        `leaving`: who gives it up in this very step, and why.
        """
        others = {**excluded(order), **(leaving or {})}
        return self._desk.decide(order.facts["category"], unit_path, order.facts.get("position"), at, others)

    def _place(self, order: WorkOrder, by: Actor, at: datetime, unit: str) -> None:
        path = self.path(unit)
        order.place(by, at, path, self.route(order, path, at))

    def _assign(self, order: WorkOrder, by: Actor, at: datetime, steward: str) -> None:
        self._require_steward("steward", steward)
        order.assign(by, at, steward)

    def _claim(self, order: WorkOrder, by: Actor, at: datetime) -> None:
        """Raises Forbidden for who has not the skills that the category needs."""
        missing = self._desk.skills_of(order.facts["category"]) - self._directory.steward(by.subject).skills
        if missing:
            raise Forbidden("claim", by.role, f"Needs the skills {', '.join(sorted(missing))}.")
        order.claim(by, at)

    def _hand_back(self, order: WorkOrder, by: Actor, at: datetime, reason: str) -> None:
        order.only_assignee("return", by)
        order.hand_back(by, at, reason, self.route(order, order.unit_path, at, {by.subject: "returned"}))

    def _transfer(
        self,
        order: WorkOrder,
        by: Actor,
        at: datetime,
        reason: str,
        unit: str | None = None,
        steward: str | None = None,
    ) -> None:
        order.lifecycle.next(order.state, "transfer")
        path = self.path(unit) if unit else order.unit_path
        leaving = dict.fromkeys(order.holders, "transferred_from")
        order.transfer(by, at, reason, path, self._chosen(order, by, at, path, steward, leaving))

    def _deliberate(
        self, order: WorkOrder, by: Actor, at: datetime, matter: str, question: str, parties: Sequence[str]
    ) -> None:
        """Raises Invalid where the order has no unit yet."""
        if not order.unit_path:
            raise Invalid({"unit": ["The order has no unit yet: place it first."]})
        unit = self._around(order.unit_path, LEVEL_OF[matter])
        deliberation.open_deliberation(order, by, at, unit, question, parties)

    def _decide(self, order: WorkOrder, by: Actor, at: datetime, decision: str, steward: str | None = None) -> None:
        order.lifecycle.next(order.state, "decide")
        deliberation.decide(order, by, at, decision, self._chosen(order, by, at, order.unit_path, steward))

    def _convene(self, order: WorkOrder, by: Actor, at: datetime, parties: Sequence[Mapping[str, str]]) -> None:
        for party in parties:
            self._require_steward("parties", party["steward"])
        joint.convene(order, by, at, parties)

    def _chosen(
        self,
        order: WorkOrder,
        by: Actor,
        at: datetime,
        path: Sequence[str],
        steward: str | None,
        leaving: Mapping[str, str] | None = None,
    ) -> Decision:
        """The steward that a person named, or else whom the routing finds."""
        if steward is None:
            return self.route(order, path, at, leaving)
        self._require_steward("steward", steward)
        return Decision(ASSIGN, {"reason": "by_hand", "by": by.subject}, steward)

    def _around(self, unit_path: Sequence[str], level: Level) -> str:
        """The unit of that level on the path, or where there is none the next above."""
        tree = self._directory.tree
        return next(unit for unit in reversed(unit_path) if not level.is_above(tree[unit].level))

    def path(self, unit: str) -> tuple[str, ...]:
        """Raises Invalid for an unknown unit."""
        if unit not in self._directory.tree:
            raise Invalid({"unit": [f"There is no unit {unit[:40]!r}."]})
        return self._directory.tree.path(unit)

    def is_steward(self, subject: str) -> bool:
        try:
            return bool(self._directory.steward(subject))
        except KeyError:
            return False

    def _require_steward(self, field: str, subject: str) -> None:
        if not self.is_steward(subject):
            raise Invalid({field: [f"There is no steward {subject[:40]!r}."]})


def excluded(order: WorkOrder) -> dict[str, str]:
    """Subject → why the order never goes to them by itself."""
    return {
        **{turn["served_by"]: "served_before" for turn in order.rounds if "served_by" in turn},
        **dict.fromkeys(order.facts.get("transferred_from", ()), "transferred_from"),
        **dict.fromkeys(order.facts.get("returned_by", ()), "returned"),
        order.facts["reporter"]: "reporter",
    }
