"""What an evaluation goes by that is no rule of its own: the settings of the process."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """How long after service residents may rate, and after closing whoever served may appeal; `alias`: case id →
    the pseudonym under which analysts know the case."""

    rating_window: timedelta
    appeal_window: timedelta
    alias: Callable[[str], str]
