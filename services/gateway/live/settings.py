"""Settings of the live streams, from the environment. Read when the process starts."""

from dataclasses import dataclass

from marshmallow.validate import Range

from shared.runtime.environment import environment


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """In seconds."""

    heartbeat: float
    """Silence after which a comment is sent, so that nobody on the way takes the stream for dead."""
    judge_again: float
    """How long a right that was judged is relied on."""


def read_live_settings() -> LiveSettings:
    """Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = environment()
    return LiveSettings(
        heartbeat=env.float("LIVE_HEARTBEAT", 15.0, validate=Range(0.1, 25)),
        judge_again=env.float("LIVE_JUDGE_AGAIN", 60.0, validate=Range(0.1, 3600)),
    )
