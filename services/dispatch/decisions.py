"""What dispatchers and stewards decide, where it takes the organisation to decide it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from services.dispatch.domain import completion, deliberation, joint, mediation, postponement, project, supply
from services.dispatch.domain.order import WorkOrder
from services.dispatch.organisation.directory import Directory
from services.dispatch.organisation.duties import OCCUPATIONS, DutyEntry
from services.dispatch.organisation.offers import Offer
from services.dispatch.organisation.stewards import Occupation, Steward
from services.dispatch.routing.choice import ASSIGN, RETURNED_IT, TAKEN_AWAY, Decision, ruled_out
from services.dispatch.routing.desk import NO_ONE, Desk
from shared.kernel.actor import Actor
from shared.kernel.errors import Forbidden, Invalid
from shared.kernel.units import Level

Rule = Callable[..., None]
"""Takes the order, who asks, when, and the command's body by name."""

MOST_OFFERS = 20
BY_CATALOGUE = "类别目录 the catalogue of categories"

LAW = (Occupation.POLICE, Occupation.LAWYER)

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
            "call_law": self._call_law,
            "plan": project.plan,
            "reach": project.reach,
            "match": self._match,
        }

    def route(
        self, order: WorkOrder, unit_path: Sequence[str], at: datetime, others: Mapping[str, str] = NO_ONE
    ) -> Decision:
        """Who serves it at that place, but not who returned, reported or served it before, nor the `others`."""
        return self._desk.decide(
            order.facts["category"], unit_path, order.facts.get("position"), at, {**ruled_out(order.facts), **others}
        )

    def _place(self, order: WorkOrder, by: Actor, at: datetime, unit: str) -> None:
        path = self.path(unit)
        order.place(by, at, path, self.route(order, path, at))

    def _assign(self, order: WorkOrder, by: Actor, at: datetime, steward: str) -> None:
        order.assign(by, at, self._steward("steward", steward))

    def _claim(self, order: WorkOrder, by: Actor, at: datetime) -> None:
        """Raises Forbidden for who has not the skills that the category needs."""
        steward = self._directory.steward(by.subject)
        if missing := order.terms.skills - steward.skills:
            raise Forbidden("claim", by.role, f"Needs the skills {', '.join(sorted(missing))}.")
        order.claim(by, at, steward)

    def _hand_back(self, order: WorkOrder, by: Actor, at: datetime, reason: str, ground: str = "other") -> None:
        """Raises Invalid where the steward says that it is not their duty, and the duty list says that it is."""
        order.only_assignee("return", by)
        if ground == "not_our_duty":
            self._require_no_duty(order, by)
        decision = self.route(order, order.unit_path, at, {by.subject: RETURNED_IT})
        order.hand_back(by, at, reason, ground, decision)

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
        order.transfer(by, at, reason, path, self._chosen(order, by, at, path, steward))

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
            self._steward("parties", party["steward"])
        joint.convene(order, by, at, parties)

    def _call_law(self, order: WorkOrder, by: Actor, at: datetime) -> None:
        """Whoever of police and lawyer does not hold the order already."""
        holder = self._directory.find_steward(order.facts.get("assignee", ""))
        needed = [occupation for occupation in LAW if not holder or holder.occupation is not occupation]
        called = {who.value: self._directory.nearest_of(who, order.unit_path, at) for who in needed}
        mediation.call_law(order, by, at, {who: found.subject if found else None for who, found in called.items()})

    def _match(self, order: WorkOrder, by: Actor, at: datetime, offer: str) -> None:
        """Raises Invalid for an offer that is not for this category and place."""
        if offer not in {known.code for known, _ in self.offers(order)}:
            raise Invalid({"offer": [f"No station offers {offer[:40]!r} for this: see the order's offers."]})
        supply.match(order, by, at, offer)

    def _require_no_duty(self, order: WorkOrder, by: Actor) -> None:
        duty = self.duty(order)
        if self._directory.steward(by.subject).occupation in OCCUPATIONS[duty.holder]:
            raise Invalid({"ground": [f"The duty list says it is: {duty.responsible}, {duty.basis}."]})

    def duty(self, order: WorkOrder) -> DutyEntry:
        """Whose duty it is: by the list for the place, or else by the catalogue."""
        category, path = order.facts["category"], order.unit_path
        entry = self._directory.duty(category, path)
        return entry or DutyEntry(category, path[0] if path else "", order.terms.duty, "", BY_CATALOGUE)

    def offers(self, order: WorkOrder) -> Sequence[tuple[Offer, float | None]]:
        """What stations offer for it, nearest first, with metres where its position is known."""
        position = order.facts.get("position")
        point = (position["lon"], position["lat"]) if position else None
        return self._directory.offers_for(order.facts["category"], order.unit_path, point, MOST_OFFERS)

    def _chosen(self, order: WorkOrder, by: Actor, at: datetime, path: Sequence[str], steward: str | None) -> Decision:
        """The steward that a person named, or else whom the routing finds: not the one who has it now."""
        if steward is None:
            return self.route(order, path, at, dict.fromkeys(order.holders, TAKEN_AWAY))
        return Decision(ASSIGN, {"reason": "by_hand", "by": by.subject}, self._steward("steward", steward))

    def _around(self, unit_path: Sequence[str], level: Level) -> str:
        """The unit of that level on the path, or where there is none (any more) the next above."""
        known = [unit for unit in unit_path if unit in self._directory.tree]
        return next(unit for unit in reversed(known) if not level.is_above(self._directory.tree[unit].level))

    def path(self, unit: str) -> tuple[str, ...]:
        """Raises Invalid for an unknown unit."""
        if unit not in self._directory.tree:
            raise Invalid({"unit": [f"There is no unit {unit[:40]!r}."]})
        return self._directory.tree.path(unit)

    def _steward(self, field: str, subject: str) -> Steward:
        """Raises Invalid, of that field of the command, where nobody serves under this subject."""
        found = self._directory.find_steward(subject)
        if not found:
            raise Invalid({field: [f"There is no steward {subject[:40]!r}."]})
        return found
