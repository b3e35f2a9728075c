"""A service that does nothing but tell how it is: for tests of the probe without any server."""

from nameko.timer import timer

from shared.runtime.telemetry.probe import Probe


class IdleService:
    name = "idle"

    probe = Probe()

    @timer(interval=3600)
    def tick(self) -> None:
        """Only to be a service at all."""
