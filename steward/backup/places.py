"""Which servers are backed up or restored: those of the stack in a home, or those that the environment names."""

from dataclasses import asdict

from environs import Env

from shared.runtime.environment import broker_uri, environment, server_uri
from steward.backup.restoring import Target
from steward.backup.secrecy import LASTING, fingerprints
from steward.stack.errors import StackError
from steward.stack.local import Stack
from steward.stack.users import ADMINISTRATOR, BACKUP


def mongo_uri_of(stack: Stack) -> str:
    """Of a user who may read every database. Raises StackError where neither tells of one."""
    return stack.addresses.mongo_uri(BACKUP, "admin") if stack.exists() else _required(environment(), "MONGO_URI")


def target_of(stack: Stack) -> Target:
    """For administrators. Raises StackError where neither tells of the servers."""
    secrets = secrets_of(stack)
    if stack.exists():
        addresses = stack.addresses
        return Target(addresses.mongo_uri(ADMINISTRATOR), addresses.amqp_uri(ADMINISTRATOR), secrets)
    env = environment()
    _required(env, "AMQP_URI")
    return Target(_required(env, "MONGO_URI"), broker_uri(env, "AMQP_URI"), secrets)


def secrets_of(stack: Stack) -> dict[str, str]:
    """Fingerprints of the secrets that are known here."""
    if stack.exists():
        return fingerprints(asdict(stack.record.secrets))
    env = environment()
    return fingerprints({name: env.str(f"{name.upper()}_SECRET", "") for name in LASTING})


def _required(env: Env, name: str) -> str:
    if uri := server_uri(env, name):
        return uri
    raise StackError(f"没有本地服务, 环境变量 {name} 也未设置: no stack in this home, and {name} is not set")
