"""A service that takes its time, run as ours are, by `nameko run`."""

import eventlet

from shared.runtime.rpc import rpc


class SlowService:
    name = "slow"

    @rpc
    def take(self, seconds: float) -> float:
        eventlet.sleep(seconds)
        return seconds
