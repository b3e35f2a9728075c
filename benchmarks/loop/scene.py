"""Tokens for everybody in the sample, and the processes that carry their cases."""

from datetime import timedelta

from benchmarks.ground import SERVERS, Ground
from benchmarks.loop.load import Scene
from shared.kernel.actor import RESIDENT, STEWARD, Actor
from steward.stack.services import PROCESSES
from steward.token import stack_tokens

LIFETIME = timedelta(hours=1)


def scene_of(ground: Ground) -> Scene:
    tokens = stack_tokens(ground.stack)
    residents = {sample["user"] for sample in ground.samples}
    actors = [Actor(subject, RESIDENT) for subject in residents]
    actors += [Actor(subject, STEWARD) for subject in ground.stewards]
    return Scene(
        ground.stack.addresses.gateway,
        {actor.subject: tokens.issue(actor, LIFETIME) for actor in actors},
        ground.samples,
        ground.pids(*PROCESSES, *SERVERS),
    )
