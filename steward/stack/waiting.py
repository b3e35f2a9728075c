"""Waiting for a condition of another process."""

import time
from collections.abc import Callable

from steward.stack.errors import StackError

PAUSE_SECONDS = 0.1


def wait_until(condition: Callable[[], bool], seconds: float, complaint: str) -> None:
    """Return as soon as `condition` holds; raise `StackError(complaint)` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StackError(complaint)
        time.sleep(PAUSE_SECONDS)
