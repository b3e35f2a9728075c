"""What may be done with dead letters: send them back to their service, or throw them away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.topology import RETRY_DELAYS, retry_exchange, retry_queue
from shared.runtime.clock import now
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.batches import in_batches
from steward.healing.actions import DISCARD, REQUEUE, Action, Actions, Operator
from steward.healing.filters import Filter
from steward.healing.keeping import about, kept, released
from steward.healing.letters import DeadLetter
from steward.healing.queue import DeadLetterQueue

AT_ONCE = 100


@dataclass
class Done:
    """`refused`: how many the broker did not take, which lie where they lay."""

    count: int = 0
    refused: int = 0


class Mender:
    def __init__(self, publisher: ConfirmedPublisher, actions: Actions, by: Operator) -> None:
        self._publisher = publisher
        self._actions = actions
        self._by = by

    def requeue(self, queue: DeadLetterQueue, wanted: Filter) -> Done:
        """Back to the bottom rung, and taken out once the broker has confirmed that it is there.

        Stopped in between, a letter is in both places; what a service has heard before says nothing new to it.
        """
        done = Done()
        for batch in in_batches(queue.meant(wanted), AT_ONCE):
            letters = [letter for _, letter in batch]
            self._actions.note(*(self._action(REQUEUE, letter) for letter in letters))
            refused = self._send_back(letters)
            queue.take_out(found for index, found in enumerate(batch) if index not in refused)
            done.count += len(batch) - len(refused)
            done.refused += len(refused)
        return done

    def discard(self, queue: DeadLetterQueue, wanted: Filter) -> Done:
        """Taken out once the whole message is kept among the actions. Raises TooLarge."""
        done = Done()
        for found in queue.meant(wanted):
            self._actions.note(self._action(DISCARD, found[1], kept(found[1])))
            queue.take_out([found])
            done.count += 1
        return done

    def bring_back(self, discarded: Action) -> Done:
        """What was thrown away, to its service once more; it may be done again."""
        letter = released(discarded.service, discarded.kept or {})
        self._actions.note(self._action(REQUEUE, letter, discarded=discarded.action_id))
        refused = self._send_back([letter])
        return Done(1 - len(refused), len(refused))

    def _send_back(self, letters: Sequence[DeadLetter]) -> set[int]:
        """Indexes of those that the broker did not take. Raises an error of BROKER_AWAY; then nothing is known."""
        return self._publisher.publish([_letter(letter) for letter in letters])

    def _action(self, what: str, letter: DeadLetter, kept: Any = None, **more: Any) -> Action:
        return Action(what, self._by.who, self._by.why, letter.service, about(letter) | more, kept)


def _letter(letter: DeadLetter) -> Letter:
    lowest = retry_queue(letter.service, RETRY_DELAYS[0])
    return Letter(retry_exchange(letter.service), lowest, letter.body, letter.reborn(now()), letter.message_id)
