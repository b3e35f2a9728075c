"""Makes a broker and a database ready for the services; the same in the local stack and in containers."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.evaluation.analysis.views import put_views
from shared.contracts.topology import EVALUATION
from shared.runtime import broker
from shared.runtime.environment import broker_uri, environment, server_uri
from shared.runtime.mongo import connect
from steward.stack.addresses import Addresses
from steward.stack.broker import declare_topology
from steward.stack.broker_rights import create_broker_users
from steward.stack.database import create_database_users, ensure_replica_set
from steward.stack.errors import StackError
from steward.stack.readiness import broker_answers, database_answers, management_answers
from steward.stack.record import Record
from steward.stack.rules import provide_rules
from steward.stack.users import ADMINISTRATOR, BROKER_USERS, DATABASE_USERS, PROVISIONED_USERS
from steward.stack.waiting import wait_until

SERVERS_SECONDS = 90
"""A broker on a slow disk takes this long to start, at worst."""


@dataclass(frozen=True)
class Administration:
    """Administrators' URIs, and the passwords that the users shall have."""

    amqp_uri: str
    management_uri: str | None
    mongo_uri: str
    passwords: Mapping[str, str]

    @classmethod
    def of_record(cls, record: Record) -> "Administration":
        addresses = Addresses(record)
        return cls(
            amqp_uri=addresses.amqp_uri(ADMINISTRATOR),
            management_uri=addresses.management_uri(ADMINISTRATOR),
            mongo_uri=addresses.mongo_uri(ADMINISTRATOR),
            passwords=record.secrets.passwords,
        )

    @classmethod
    def from_environment(cls) -> "Administration":
        """`AMQP_URI`, `MONGO_URI`, optional `MANAGEMENT_URI`, and `<USER>_PASSWORD` of every user."""
        env = environment()
        names = [f"{user.upper()}_PASSWORD" for user in PROVISIONED_USERS]
        for name in ("AMQP_URI", "MONGO_URI", *names):
            if not env.str(name, ""):
                raise StackError(
                    f"没有本地服务, 环境变量 {name} 也未设置: no stack in this home, and {name} is not set"
                )
        return cls(
            amqp_uri=broker_uri(env, "AMQP_URI"),
            management_uri=broker_uri(env, "MANAGEMENT_URI") or None,
            mongo_uri=server_uri(env, "MONGO_URI"),
            passwords={user: env.str(name) for user, name in zip(PROVISIONED_USERS, names, strict=True)},
        )


@dataclass(frozen=True)
class Provisioned:
    """Whether the services have users of their own, or share the sign-in of the given URI."""

    broker_users: bool
    database_users: bool


def wait_for_servers(administration: Administration, seconds: float) -> None:
    """Return when broker and database take connections; raise `StackError` after `seconds` for one of them."""
    complaint = "没有应答: no answer from the {}"
    management_uri = administration.management_uri
    wait_until(lambda: broker_answers(administration.amqp_uri), seconds, complaint.format("broker"))
    if management_uri is not None:
        wait_until(lambda: management_answers(management_uri), seconds, complaint.format("management API"))
    wait_until(lambda: database_answers(administration.mongo_uri), seconds, complaint.format("database"))


def provision(administration: Administration) -> Provisioned:
    """Wait for both servers and bring them to the wanted state; doing it again changes nothing."""
    wait_for_servers(administration, SERVERS_SECONDS)
    return Provisioned(
        broker_users=provision_broker(administration),
        database_users=provision_database(administration),
    )


def provision_broker(administration: Administration) -> bool:
    declare_topology(administration.amqp_uri)
    if administration.management_uri is None:
        return False
    vhost = str(broker.connect(administration.amqp_uri).virtual_host)
    create_broker_users(administration.management_uri, vhost, _passwords(administration, BROKER_USERS))
    return True


def provision_database(administration: Administration) -> bool:
    ensure_replica_set(administration.mongo_uri)
    own_users = create_database_users(administration.mongo_uri, _passwords(administration, DATABASE_USERS))
    provide_rules(administration.mongo_uri)
    provide_views(administration.mongo_uri)
    return own_users


def provide_views(mongo_uri: str) -> None:
    """What analysts read is as this version of the code has it."""
    db = connect(mongo_uri, EVALUATION)
    with db.client:
        put_views(db)


def _passwords(administration: Administration, users: tuple[str, ...]) -> dict[str, str]:
    return {user: administration.passwords[user] for user in users}
