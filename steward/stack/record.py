"""What a stack remembers between commands: its ports and secrets (made once) and how it was started."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from typing import Any

from steward.stack.home import Home, write_private
from steward.stack.ports import Ports
from steward.stack.users import ADMINISTRATOR, PROVISIONED_USERS


def new_secret() -> str:
    """48 hexadecimal digits: also valid in a URI, a MongoDB key file and an Erlang cookie."""
    return secrets.token_hex(24)


@dataclass(frozen=True)
class Secrets:
    passwords: dict[str, str] = field(
        default_factory=lambda: {user: new_secret() for user in (ADMINISTRATOR, *PROVISIONED_USERS)}
    )
    token: str = field(default_factory=new_secret)
    intake: str = field(default_factory=new_secret)
    evaluation: str = field(default_factory=new_secret)
    feed: str = field(default_factory=new_secret)
    grant: str = field(default_factory=new_secret)
    phone: str = field(default_factory=new_secret)
    pictures: str = field(default_factory=new_secret)
    replica_key: str = field(default_factory=new_secret)
    erlang_cookie: str = field(default_factory=new_secret)


@dataclass(frozen=True)
class Launch:
    """How the stack was last started: settings and numbers of the services, and servers that replace its own."""

    settings: dict[str, str] = field(default_factory=dict)
    amqp_uri: str | None = None
    management_uri: str | None = None
    mongo_uri: str | None = None
    authority: str | None = None
    """File of who vouches for the stack's own servers; None: connections are not encrypted."""
    instances: dict[str, int] = field(default_factory=dict)
    """Of services that run in more than one process."""
    detours: dict[str, int] = field(default_factory=dict)
    """Ports by `amqp` and `mongod`, through which the services reach the stack's own server: of a proxy, say."""
    database_users: bool = True
    """False once a replacing database let us make no users: then every service signs in as `mongo_uri` does."""


@dataclass(frozen=True)
class Record:
    ports: Ports
    secrets: Secrets
    launch: Launch = Launch()

    def save(self, home: Home) -> None:
        write_private(home.record, json.dumps(asdict(self), indent=2))

    @classmethod
    def load(cls, home: Home) -> "Record | None":
        """The record of this home, or None where no stack was started yet.

        A secret that it lacks, as it is of an earlier version, is made now and kept.
        """
        if not home.record.exists():
            return None
        stored: dict[str, Any] = json.loads(home.record.read_text(encoding="utf-8"))
        passwords = Secrets().passwords | stored["secrets"]["passwords"]
        secrets = Secrets(**stored["secrets"] | {"passwords": passwords})
        record = cls(Ports(**stored["ports"]), secrets, Launch(**stored["launch"]))
        if asdict(record.secrets) != stored["secrets"]:
            record.save(home)
        return record
