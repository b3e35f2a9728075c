"""Any order and any repetition of what a service hears between two of its own steps ends in the same document."""

from dataclasses import dataclass
from pickle import dumps, loads
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.topology import LOOP_SERVICES
from tests.support.loop import Letter, Loop
from tests.support.plans import HAPPY, UNHAPPY, Plan
from tests.support.script import Script

REPEATS = 3
LARGEST_BATCH = 4

PLANS = {
    "closed at once": Plan(),
    "unrated": Plan(category="neighbour_dispute", verdicts=(None,)),
    "reworked": Plan(names_category=False, is_asked=True, returns=1, verdicts=(UNHAPPY, HAPPY)),
    "reworked twice": Plan(verdicts=(UNHAPPY, UNHAPPY, UNHAPPY)),
    "reworked twice, unrated": Plan(category="small_wish", verdicts=(UNHAPPY, UNHAPPY, None)),
    "verified": Plan(category="blocked_pipes", verdicts=(UNHAPPY, HAPPY)),
    "sent back": Plan(category="blocked_pipes", is_sent_back=True, verdicts=(UNHAPPY, UNHAPPY)),
    "transferred": Plan(transfers=2, verdicts=(UNHAPPY, HAPPY)),
    "deliberated": Plan(category="small_wish", deliberates=True, transfers=1),
    "joint": Plan(category="neighbour_dispute", is_joint=True, returns=1, deliberates=True),
    "stopped": Plan(category="blocked_pipes", has_questions=True, is_suspended=True, is_sent_back=True),
    "rejected": Plan(names_category=False, is_asked=True, is_rejected=True),
    "rated by link, appealed": Plan(rates_by_link=True, verdicts=(UNHAPPY, HAPPY), reviews=(True, True)),
    "unrated, appealed": Plan(verdicts=(None,), reviews=(True, False)),
    "withdrawn": Plan(withdraws=True),
    "withdrawn before it had a place": Plan(withdraws=True, knows_place=False),
}


@dataclass
class Stretch:
    """Letters that a service took in order between two of its own steps, and what they made of its document."""

    service: str
    case_id: str
    before: bytes
    heard_earlier: list[Letter]
    letters: list[Letter]
    after: dict[str, Any]


def stretches(plan: Plan) -> list[Stretch]:
    """Of the whole case, as it goes where every letter arrives once, in order and before the next step."""
    loop = Loop()
    script = Script(loop, [plan])
    (case_id,) = script.case_ids
    found: list[Stretch] = []
    current: dict[str, Stretch] = {}
    under_way: list[Letter] = []
    while True:
        under_way += loop.take_letters()
        possible = script.possible()
        if under_way:
            letter = under_way.pop(0)
            if letter.to not in current:
                earlier = [one for stretch in found if stretch.service == letter.to for one in stretch.letters]
                current[letter.to] = Stretch(letter.to, case_id, dumps(loop), earlier, [], {})
                found.append(current[letter.to])
            loop.deliver([letter])
            current[letter.to].letters.append(letter)
            current[letter.to].after = loop.documents(case_id)[letter.to]
        elif possible:
            script.carry_out(possible[0])
            current.pop(possible[0].service, None)
        else:
            return found


STRETCHES = {name: stretches(plan) for name, plan in PLANS.items()}


@pytest.mark.parametrize("name", PLANS)
@settings(max_examples=60)
@given(random=st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(name: str, random: Random) -> None:
    for stretch in STRETCHES[name]:
        letters = stretch.letters + random.choices(stretch.letters, k=random.randint(0, REPEATS))
        if stretch.heard_earlier:
            letters += random.choices(stretch.heard_earlier, k=random.randint(0, REPEATS))
        random.shuffle(letters)
        loop: Loop = loads(stretch.before)
        while letters:
            size = random.randint(1, LARGEST_BATCH)
            batch, letters = letters[:size], letters[size:]
            loop.deliver(batch)
        assert loop.documents(stretch.case_id)[stretch.service] == stretch.after


def test_the_stretches_are_long_enough_to_be_permuted() -> None:
    for service in LOOP_SERVICES:
        longest = max(
            len(stretch.letters) for found in STRETCHES.values() for stretch in found if stretch.service == service
        )
        assert longest >= 2
