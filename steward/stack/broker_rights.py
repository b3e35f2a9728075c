"""Who may do what on the broker: one user per service, an auditor who only looks, a watcher who only counts,
and an operator of dead letters.

Nobody may publish to the default exchange (`amq.default`): it reaches every queue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from shared.contracts import topology
from shared.runtime.management import ManagementApi
from steward.stack.users import AUDITOR, OPERATOR, WATCHER

NOTHING = "^$"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
METHOD = "[a-z_]+"


@dataclass(frozen=True)
class Rights:
    """Patterns over the names of exchanges and queues, and over routing keys on the RPC exchange."""

    configure: str = NOTHING
    write: str = NOTHING
    read: str = NOTHING
    rpc_write: str = NOTHING
    tags: str = ""


def rights_of(user: str) -> Rights:
    others = {
        AUDITOR: auditor_rights,
        WATCHER: watcher_rights,
        OPERATOR: operator_rights,
        topology.GATEWAY: gateway_rights,
    }
    return others[user]() if user in others else service_rights(user)


def service_rights(service: str) -> Rights:
    """A service publishes its retries, its events if it has any, and answers; it calls nobody and declares nothing."""
    events = (topology.events_exchange(service),) if service in topology.LOOP_SERVICES else ()
    live = (topology.LIVE_EXCHANGE,) if service == topology.FEED else ()
    return Rights(
        write=one_of(*events, *live, topology.retry_exchange(service), topology.REPLY_EXCHANGE),
        read=one_of(topology.inbox(service), topology.rpc_queue(service)),
    )


def gateway_rights() -> Rights:
    """The gateway calls the services and hears their replies, and that feed has more; it has no event and no inbox."""
    own = (re.escape(topology.reply_queue(topology.GATEWAY, "")) + UUID, topology.live_queue(UUID))
    callable_services = "|".join(topology.SERVICES)
    return Rights(
        configure=one_of(patterns=own),
        write=one_of(topology.RPC_EXCHANGE, patterns=own),
        read=one_of(topology.REPLY_EXCHANGE, topology.LIVE_EXCHANGE, patterns=own),
        rpc_write=one_of(patterns=(rf"({callable_services})\.{METHOD}",)),
    )


def auditor_rights() -> Rights:
    """How deep the queues are; to read one is to be able to empty it."""
    return Rights(tags="monitoring")


def watcher_rights() -> Rights:
    """Figures by the management API, and no message of any queue."""
    return Rights(tags="monitoring")


def operator_rights() -> Rights:
    """Takes dead letters and sends them back up the ladder. What it declares is only the sign that it is at them."""
    return Rights(
        configure=one_of(*map(topology.dead_letters_lock, topology.SERVICES)),
        write=one_of(*map(topology.retry_exchange, topology.SERVICES)),
        read=one_of(*map(topology.dead_letters, topology.SERVICES)),
    )


def one_of(*names: str, patterns: tuple[str, ...] = ()) -> str:
    """An anchored pattern for exactly these names, or what matches one of these patterns."""
    return f"^({'|'.join((*map(re.escape, names), *patterns))})$"


def create_broker_users(management_uri: str, vhost: str, passwords: Mapping[str, str]) -> None:
    """Create or update the users and their rights through the management API.

    Raises `requests.RequestException` when the API refuses.
    """
    with ManagementApi(management_uri) as management:
        for user, password in passwords.items():
            rights = rights_of(user)
            place = f"{quote(vhost, safe='')}/{user}"
            management.put(f"users/{user}", {"password": password, "tags": rights.tags})
            management.put(f"permissions/{place}", _permissions(rights))
            management.put(f"topic-permissions/{place}", _topic_permissions(rights))


def _permissions(rights: Rights) -> dict[str, str]:
    return {"configure": rights.configure, "write": rights.write, "read": rights.read}


def _topic_permissions(rights: Rights) -> dict[str, str]:
    return {"exchange": topology.RPC_EXCHANGE, "write": rights.rpc_write, "read": NOTHING}
