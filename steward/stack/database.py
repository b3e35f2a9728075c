"""Makes a MongoDB server ready: a replica set, and one user per service with rights on its own database."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import OperationFailure
from pymongo.uri_parser import parse_uri

from services.evaluation.analysis.views import VIEWS
from shared.contracts import actions, looks
from shared.contracts.topology import EVALUATION, GATEWAY, INTAKE, LOOP_SERVICES, SERVICES
from shared.runtime.mongo import TIMEOUT_MS
from shared.runtime.uris import without_option
from steward.stack.journals import JOURNALS
from steward.stack.uris import anonymous
from steward.stack.users import ANALYST, AUDITOR, BACKUP, OPERATOR
from steward.stack.waiting import wait_until

ADD_AND_READ = ["find", "insert", "createIndex"]
UNAUTHORIZED, AUTHENTICATION_FAILED = 13, 18

LOOK_KEEPER = "lookKeeper"
"""A role of intake: to add notes of who looked at personal data, and to read them; never to change or remove one."""
VIEW_READER = "viewReader"
"""A role of the evaluation database: to read the views that are made for analysts, and nothing else."""
ACTION_KEEPER = "actionKeeper"
"""A role of the operator: to add what was done, and to read it; never to change or remove it."""
CASE_MENDER = "caseMender"
"""A role of each loop service's database: to read its cases and set right what they say; never to add or remove one."""

DATABASES = (*SERVICES, GATEWAY, looks.DATABASE, actions.DATABASE)
"""All that the system keeps anything in."""

ROLES: dict[str, list[dict[str, str]]] = {
    **{process: [{"role": "readWrite", "db": process}] for process in (*SERVICES, GATEWAY)},
    INTAKE: [{"role": "readWrite", "db": INTAKE}, {"role": LOOK_KEEPER, "db": looks.DATABASE}],
    AUDITOR: [{"role": "read", "db": service} for service in (*LOOP_SERVICES, looks.DATABASE, actions.DATABASE)],
    BACKUP: [{"role": "read", "db": database} for database in DATABASES],
    ANALYST: [{"role": VIEW_READER, "db": EVALUATION}],
    OPERATOR: [
        {"role": ACTION_KEEPER, "db": actions.DATABASE},
        *({"role": CASE_MENDER, "db": service} for service in JOURNALS),
    ],
}

Client = MongoClient[dict[str, Any]]


def create_database_users(mongo_uri: str, passwords: Mapping[str, str]) -> bool:
    """Create or update the users; False when the server does not let us, and nothing was changed."""
    with _connect(mongo_uri) as client:
        try:
            _put_role(client, EVALUATION, VIEW_READER, VIEWS, ["find"])
            _put_role(client, looks.DATABASE, LOOK_KEEPER, [looks.COLLECTION], ADD_AND_READ)
            _put_role(client, actions.DATABASE, ACTION_KEEPER, [actions.COLLECTION], ADD_AND_READ)
            for service, journals in JOURNALS.items():
                _put_role(client, service, CASE_MENDER, [one.collection_name for one in journals], ["find", "update"])
            for user, password in passwords.items():
                _put_user(client, user, password, ROLES[user])
        except OperationFailure as failure:
            if failure.code == UNAUTHORIZED:
                return False
            raise
    return True


def ensure_replica_set(mongo_uri: str) -> None:
    """Initiate a lone member that waits for it; anything larger is left to whoever runs it.

    Where nobody can sign in yet, the first user is made through MongoDB's localhost exception.
    """
    if mongo_uri.startswith("mongodb+srv:") or "," in urlsplit(mongo_uri).netloc:
        return
    direct_uri = without_option(mongo_uri, "replicaSet")
    try:
        _initiate(direct_uri, mongo_uri)
    except OperationFailure as failure:
        if failure.code != AUTHENTICATION_FAILED:
            raise
        _initiate(anonymous(direct_uri), mongo_uri)
        _create_administrator(direct_uri)


def _initiate(direct_uri: str, mongo_uri: str) -> None:
    with _connect(direct_uri, directConnection=True) as client:
        if client.admin.command("hello").get("isreplicaset"):
            client.admin.command("replSetInitiate", _configuration(mongo_uri))
        wait_until(
            lambda: bool(client.admin.command("hello")["isWritablePrimary"]),
            seconds=30,
            complaint="数据库没有选出主节点: the database elected no primary",
        )


def _configuration(mongo_uri: str) -> dict[str, Any]:
    target = parse_uri(mongo_uri)
    host, port = target["nodelist"][0]
    name = target["options"].get("replicaset", "steward")
    return {"_id": name, "members": [{"_id": 0, "host": f"{host}:{port}"}]}


def _create_administrator(direct_uri: str) -> None:
    account = parse_uri(direct_uri)
    with _connect(anonymous(direct_uri), directConnection=True) as client:
        _create_user(client, account["username"], account["password"], [{"role": "root", "db": "admin"}])


def _put_role(client: Client, database: str, role: str, collections: Iterable[str], actions: list[str]) -> None:
    """The actions on these collections, and on nothing else: a view is read with its own rights."""
    db = client[database]
    privileges = [{"resource": {"db": database, "collection": name}, "actions": actions} for name in collections]
    verb = "updateRole" if db.command("rolesInfo", role)["roles"] else "createRole"
    db.command(verb, role, privileges=privileges, roles=[])


def _put_user(client: Client, user: str, password: str, roles: list[dict[str, str]]) -> None:
    if client.admin.command("usersInfo", user)["users"]:
        client.admin.command("updateUser", user, pwd=password, roles=roles)
    else:
        _create_user(client, user, password, roles)


def _create_user(client: Client, user: str, password: str, roles: list[dict[str, str]]) -> None:
    client.admin.command("createUser", user, pwd=password, roles=roles)


def _connect(uri: str, **options: Any) -> Client:
    return MongoClient(uri, serverSelectionTimeoutMS=TIMEOUT_MS, **options)
