"""What lies in the queues, as the broker's management API tells the auditor."""

from collections.abc import Mapping
from urllib.parse import quote

from shared.contracts.topology import RETRY_DELAYS, SERVICES, dead_letters, inbox, retry_queue
from shared.runtime import broker
from shared.runtime.management import ManagementApi
from steward.stack.addresses import Addresses
from steward.stack.users import AUDITOR

WAITING = tuple(
    queue
    for service in SERVICES
    for queue in (inbox(service), *(retry_queue(service, delay) for delay in RETRY_DELAYS))
)
"""Empty once every event has been heard."""
DEAD = tuple(dead_letters(service) for service in SERVICES)


class Queues:
    """Counts what is ready as well as what a consumer has in hand, as of the broker's last statistics (5 s)."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    @property
    def are_known(self) -> bool:
        """False where a replacing broker came without its management API."""
        return self._addresses.management_uri(AUDITOR) is not None

    def waiting(self) -> int:
        """Messages that are still to be heard."""
        depths = self.depths()
        return sum(depths[name] for name in WAITING)

    def depths(self) -> Mapping[str, int]:
        """Messages per queue of the system. Raises RequestException where the API does not answer."""
        vhost = quote(str(broker.connect(self._addresses.amqp_uri(AUDITOR)).virtual_host), safe="")
        with ManagementApi(str(self._addresses.management_uri(AUDITOR))) as management:
            told = management.get(f"queues/{vhost}", columns="name,messages")
        known = {queue["name"]: queue.get("messages", 0) for queue in told}
        return {name: known.get(name, 0) for name in (*WAITING, *DEAD)}
