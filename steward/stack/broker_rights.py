"""Who may do what on the broker: one user per service, an auditor who only looks, a watcher who only counts,
and an operator of dead letters.

Nobody may publish to the default exchange (`amq.default`): it reaches every queue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

import requests

from shared.contracts import topology
from steward.stack.uris import anonymous
from steward.stack.users import AUDITOR, OPERATOR, WATCHER

NOTHING = "^$"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
METHOD = "[a-z_]+"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Rights:
    """Patterns over the names of exchanges and queues, and over routing keys on the RPC exchange."""

    configure: str
    write: str
    read: str
    rpc_write: str = NOTHING
    rpc_read: str = NOTHING
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
    """A service publishes its retries, its events if it has any, answers calls, and calls nobody."""
    rpc = (topology.RPC_EXCHANGE, topology.rpc_queue(service))
    events = (topology.events_exchange(service),) if service in topology.LOOP_SERVICES else ()
    live = (topology.LIVE_EXCHANGE,) if service == topology.FEED else ()
    replies = reply_queues(service)
    return Rights(
        configure=one_of(*rpc, patterns=(replies,)),
        write=one_of(*events, *live, topology.retry_exchange(service), *rpc, patterns=(replies,)),
        read=one_of(topology.inbox(service), topology.dead_letters(service), *rpc, patterns=(replies,)),
        rpc_write=one_of(patterns=(UUID,)),
        rpc_read=one_of(f"{service}.*", patterns=(UUID,)),
    )


def gateway_rights() -> Rights:
    """The gateway calls the services and hears their replies, and that feed has more; it has no event and no inbox."""
    own = (reply_queues(topology.GATEWAY), topology.live_queue(UUID))
    names = one_of(topology.RPC_EXCHANGE, patterns=own)
    callable_services = "|".join(topology.SERVICES)
    return Rights(
        configure=names,
        write=names,
        read=one_of(topology.RPC_EXCHANGE, topology.LIVE_EXCHANGE, patterns=own),
        rpc_write=one_of(patterns=(rf"({callable_services})\.{METHOD}",)),
        rpc_read=one_of(patterns=(UUID,)),
    )


def auditor_rights() -> Rights:
    services = "|".join(topology.SERVICES)
    return Rights(
        configure=NOTHING,
        write=NOTHING,
        read=rf"^({services})\.(inbox|dead|retry\..+s)$",
        tags="monitoring",
    )


def watcher_rights() -> Rights:
    """Figures by the management API, and no message of any queue."""
    return Rights(configure=NOTHING, write=NOTHING, read=NOTHING, tags="monitoring")


def operator_rights() -> Rights:
    """Takes dead letters and sends them back up the ladder. What it declares is only the sign that it is at them."""
    return Rights(
        configure=one_of(*map(topology.dead_letters_lock, topology.SERVICES)),
        write=one_of(*map(topology.retry_exchange, topology.SERVICES)),
        read=one_of(*map(topology.dead_letters, topology.SERVICES)),
    )


def reply_queues(service: str) -> str:
    """nameko's name for the queue on which a caller hears its replies."""
    return rf"rpc\.reply-{service}-.*"


def one_of(*names: str, patterns: tuple[str, ...] = ()) -> str:
    """An anchored pattern for exactly these names, or what matches one of these patterns."""
    return f"^({'|'.join((*map(re.escape, names), *patterns))})$"


def create_broker_users(management_uri: str, vhost: str, passwords: Mapping[str, str]) -> None:
    """Create or update the users and their rights through the management API.

    Raises `requests.HTTPError` when the API refuses.
    """
    with _signed_in(management_uri) as session:
        for user, password in passwords.items():
            rights = rights_of(user)
            place = f"{quote(vhost, safe='')}/{user}"
            for path, body in (
                (f"users/{user}", {"password": password, "tags": rights.tags}),
                (f"permissions/{place}", _permissions(rights)),
                (f"topic-permissions/{place}", _topic_permissions(rights)),
            ):
                url = f"{anonymous(management_uri)}/api/{path}"
                session.put(url, json=body, timeout=TIMEOUT_SECONDS).raise_for_status()


def _signed_in(management_uri: str) -> requests.Session:
    """The sign-in apart from the URL, which an error message would show."""
    account = urlsplit(management_uri)
    session = requests.Session()
    session.auth = (unquote(account.username or ""), unquote(account.password or ""))
    session.trust_env = False  # neither a proxy nor a .netrc of the environment is meant for the broker
    return session


def _permissions(rights: Rights) -> dict[str, str]:
    return {"configure": rights.configure, "write": rights.write, "read": rights.read}


def _topic_permissions(rights: Rights) -> dict[str, str]:
    return {"exchange": topology.RPC_EXCHANGE, "write": rights.rpc_write, "read": rights.rpc_read}
