"""How each user of a stack reaches the broker, the database and the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.runtime.environment import CA_FILE
from shared.runtime.uris import signed_in, with_option
from steward.stack.mongod import REPLICA_SET
from steward.stack.ports import LOOPBACK
from steward.stack.record import Record
from steward.stack.uris import on_database
from steward.stack.users import ADMINISTRATOR


@dataclass(frozen=True)
class Addresses:
    """Connection URIs, signed in, for the stack's own servers or for those that replace them.

    `detours`: ports to use in place of those on which the own servers listen.
    """

    record: Record
    detours: Mapping[str, int] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        return f"http://{LOOPBACK}:{self.record.ports.gateway}"

    def probe(self, program: str) -> str:
        """Where a program answers /health/live, /health/ready and /metrics."""
        return f"http://{LOOPBACK}:{self.record.ports.probe(program)}"

    def amqp_uri(self, user: str) -> str:
        """Without the management API no broker user can be made, so a replacing broker is used as given."""
        launch = self.record.launch
        if launch.amqp_uri and (user == ADMINISTRATOR or not launch.management_uri):
            return launch.amqp_uri
        return self._as(user, launch.amqp_uri or self._broker("amqp", self._port("amqp"), "//"))

    def management_uri(self, user: str) -> str | None:
        """The management API, or None where a replacing broker came without one."""
        launch = self.record.launch
        if launch.amqp_uri:
            given = launch.management_uri
            return given if given is None or user == ADMINISTRATOR else self._as(user, given)
        return self._as(user, self._broker("http", self.record.ports.management))

    def mongo_uri(self, user: str, database: str | None = None) -> str:
        """`database`, the user's own unless said otherwise, is the default one of the connection."""
        launch = self.record.launch
        if launch.mongo_uri and (user == ADMINISTRATOR or not launch.database_users):
            return (
                on_database(launch.mongo_uri, database or user)
                if database or user != ADMINISTRATOR
                else launch.mongo_uri
            )
        server = launch.mongo_uri or self._database()
        account = with_option(self._as(user, server), "authSource", "admin")
        return on_database(account, database or ("admin" if user == ADMINISTRATOR else user))

    def _broker(self, scheme: str, port: int, path: str = "") -> str:
        authority = self.record.launch.authority
        if not authority:
            return f"{scheme}://{LOOPBACK}:{port}{path}"
        return with_option(f"{scheme}s://{LOOPBACK}:{port}{path}", CA_FILE, authority)

    def _database(self) -> str:
        server = f"mongodb://{LOOPBACK}:{self._port('mongod')}/?{self._topology}"
        authority = self.record.launch.authority
        return with_option(f"{server}&tls=true", "tlsCAFile", authority) if authority else server

    @property
    def _topology(self) -> str:
        """A replica set tells its clients where its members are, and so would lead them past a detour."""
        return "directConnection=true" if "mongod" in self.detours else f"replicaSet={REPLICA_SET}"

    def _port(self, server: str) -> int:
        return self.detours.get(server) or int(getattr(self.record.ports, server))

    def _as(self, user: str, uri: str) -> str:
        return signed_in(uri, user, self.record.secrets.passwords[user])
