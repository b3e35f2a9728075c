"""两步上报: couriers 网格哨兵 tap what they see and send where it is; the words are prepared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contracts.catalogue import Category
from shared.contracts.channels import COURIER
from shared.kernel.actor import RESIDENT, Actor
from shared.kernel.errors import Forbidden, Invalid


@dataclass(frozen=True, slots=True)
class QuickChoice:
    """The labels are the words of the report too. `icon`: the name of a picture that the app brings along."""

    code: str
    category: str
    label_zh: str
    label_en: str
    icon: str


Choices = Mapping[str, QuickChoice]
"""By code, in the order in which they are shown."""


def shown(choices: Choices, catalogue: Mapping[str, Category]) -> list[QuickChoice]:
    """Those whose category is offered."""
    return [choice for choice in choices.values() if catalogue[choice.category].offered]


def spelt_out(choices: Choices, by: Actor, tapped: Mapping[str, Any]) -> dict[str, Any]:
    """The report that was meant, as `submit` takes it. Raises Forbidden for workers, Invalid for no such choice."""
    if by.role != RESIDENT:
        raise Forbidden("quick", by.role, "Couriers report in two taps as residents; workers report for somebody.")
    choice = choices.get(tapped["choice"])
    if choice is None:
        raise Invalid({"choice": [f"There is no choice {tapped['choice'][:40]!r}: GET /quick lists them."]})
    words = f"{choice.label_zh} {choice.label_en}"
    return {"text": words, "category": choice.category, "position": tapped["position"], "channel": COURIER}
