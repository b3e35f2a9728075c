"""Settings of feed alone, from its environment. Read when the process starts."""

from dataclasses import dataclass
from datetime import timedelta

from environs import Env


@dataclass(frozen=True, slots=True)
class FeedSettings:
    retention: timedelta
    """How long a client may be away and still go on where it was."""


def read_feed_settings() -> FeedSettings:
    """Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = Env()
    return FeedSettings(retention=env.timedelta("FEED_RETENTION", timedelta(days=7), format="gep2257"))
