"""Does a server answer? Each probe takes a URI and returns within seconds."""

from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from shared.runtime import broker
from shared.runtime.management import ManagementApi
from shared.runtime.uris import without_option
from steward.stack.uris import anonymous

PROBE_SECONDS = 2


def broker_answers(amqp_uri: str) -> bool:
    """Whether the broker lets us sign in."""
    connection = broker.connect(amqp_uri, connect_timeout=PROBE_SECONDS)
    try:
        connection.connect()
    except (*connection.connection_errors, OSError):
        return False
    connection.release()
    return True


def management_answers(management_uri: str) -> bool:
    try:
        with ManagementApi(management_uri, PROBE_SECONDS) as management:
            management.get("overview")
    except requests.RequestException:
        return False
    return True


def database_answers(mongo_uri: str) -> bool:
    """Whether anything speaks MongoDB's protocol there, initiated and signed in or not."""
    uri = without_option(anonymous(mongo_uri), "replicaSet")
    many_hosts = "," in urlsplit(uri).netloc or uri.startswith("mongodb+srv")
    client: MongoClient[dict[str, object]] = MongoClient(
        uri, directConnection=not many_hosts, serverSelectionTimeoutMS=PROBE_SECONDS * 1000
    )
    try:
        client.admin.command("ping")
    except OperationFailure:
        return True
    except PyMongoError:
        return False
    finally:
        client.close()
    return True


def http_ok(url: str) -> bool:
    """Whether a GET answers 200."""
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment knows nothing of our loopback
        try:
            return session.get(url, timeout=PROBE_SECONDS).status_code == HTTPStatus.OK
        except requests.RequestException:
            return False
