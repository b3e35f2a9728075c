"""What a process is told by its environment, and by the files that its environment names."""

from urllib.parse import urlsplit

from environs import Env, FileAwareEnv

from shared.runtime.uris import option, signed_in, with_option

CA_FILE = "cacertfile"
"""Option of an `amqps` or `https` URI: the file of the authorities that may vouch for the server.

Named as by RabbitMQ: https://www.rabbitmq.com/docs/uri-query-parameters. MongoDB's own is `tlsCAFile`.
"""


def environment() -> Env:
    """Any setting may be in a file instead: `NAME_FILE` is its path, as secrets of Docker and Kubernetes are given.

    An environment is inherited by every child, and shown by `docker inspect`; a file has an owner.
    """
    return FileAwareEnv(strip_whitespace=True)


def server_uri(env: Env, name: str, default: str = "") -> str:
    """The URI of that name. A user whom it names without a password has that of `<USER>_PASSWORD`."""
    uri: str = env.str(name, default)
    account = urlsplit(uri)
    if not account.username or account.password is not None:
        return uri
    password: str = env.str(f"{account.username.upper()}_PASSWORD", "")
    return signed_in(uri, account.username, password) if password else uri


def broker_uri(env: Env, name: str, default: str = "") -> str:
    """The same of RabbitMQ or of its management API: BROKER_CA_FILE vouches for it unless the URI says who does."""
    uri, authorities = server_uri(env, name, default), env.str("BROKER_CA_FILE", "")
    encrypted = urlsplit(uri).scheme in ("amqps", "https")
    return with_option(uri, CA_FILE, authorities) if encrypted and authorities and not option(uri, CA_FILE) else uri
