"""Waking: tells whoever reads the log that there is more to read. It says no more than that, and may get lost:
readers look by themselves too, only later."""

from typing import Any

from nameko.extensions import DependencyProvider

from shared.contracts.topology import LIVE_EXCHANGE
from shared.runtime.faults import BROKER_AWAY
from shared.runtime.publisher import ConfirmedPublisher, Letter
from shared.runtime.settings import read_settings

MORE = Letter(LIVE_EXCHANGE, "", b"{}", {}, "more")


class Waking(DependencyProvider):
    def setup(self) -> None:
        self._publisher = ConfirmedPublisher(read_settings().amqp_uri)

    def get_dependency(self, worker_ctx: Any) -> "Waking":
        return self

    def wake(self) -> None:
        try:
            self._publisher.publish([MORE])
        except BROKER_AWAY:
            return
