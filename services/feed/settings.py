"""Settings of feed alone, from its environment. Read when the process starts."""

from dataclasses import dataclass
from datetime import timedelta

from services.feed.webhooks.targets import Policy
from shared.runtime.environment import environment

BACKOFF = [5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0]
"""Seconds until the 2nd, 3rd, … attempt; after the last of them a delivery is dead."""


@dataclass(frozen=True, slots=True)
class FeedSettings:
    secret: str
    retention: timedelta
    """How long a client may be away and still go on where it was."""
    webhooks: Policy
    webhook_backoff: tuple[timedelta, ...]


def read_feed_settings() -> FeedSettings:
    """Raises environs' EnvValidationError, naming the variable, where one is not acceptable."""
    env = environment()
    return FeedSettings(
        secret=env.str("FEED_SECRET", ""),
        retention=env.timedelta("FEED_RETENTION", timedelta(days=7), format="gep2257"),
        webhooks=Policy(env.bool("WEBHOOKS_ALLOW_HTTP", False), env.bool("WEBHOOKS_ALLOW_PRIVATE", False)),
        webhook_backoff=tuple(
            timedelta(seconds=seconds) for seconds in env.list("WEBHOOKS_BACKOFF", BACKOFF, subcast=float)
        ),
    )
