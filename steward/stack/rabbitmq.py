"""The project's own RabbitMQ node from Debian's package, never the system service.

epmd, Erlang's name server, is a program of its own: left to the node it would daemonise, listen on every
interface and outlive the stack.
"""

import shutil
import subprocess
from pathlib import Path

from steward.stack.certificates import server_file
from steward.stack.errors import StackError
from steward.stack.home import Home, write_private
from steward.stack.ports import LOOPBACK, Ports
from steward.stack.program import EPMD_TIER, SERVERS_TIER, Program
from steward.stack.record import Record
from steward.stack.users import ADMINISTRATOR

PACKAGE = "rabbitmq-server"
NODE = "steward@localhost"
TLS_VERSIONS = ("tlsv1.3", "tlsv1.2")
PLUGINS = "[rabbitmq_management,rabbitmq_prometheus].\n"


def server_script() -> str:
    """The package's own start script, wherever its version put it.

    The wrapper in `/usr/sbin` insists on the system user and its folders, so it is not used.
    """
    listing = subprocess.run(["dpkg", "-L", PACKAGE], capture_output=True, text=True, check=False).stdout
    for path in listing.splitlines():
        if path.endswith("/lib/rabbitmq/bin/rabbitmq-server"):
            return path
    raise StackError(f"缺少 {PACKAGE}: Debian's package {PACKAGE} is not installed; run `make install`")


def epmd_binary() -> str:
    found = shutil.which("epmd")
    if found is None:
        raise StackError("缺少 epmd: Erlang's epmd is not installed; run `make install`")
    return found


def configuration(record: Record) -> str:
    """`rabbitmq.conf`: loopback listeners, and our administrator in place of `guest`."""
    ports, authority = record.ports, record.launch.authority
    options = {
        **(encrypted_listeners(ports, authority) if authority else plain_listeners(ports)),
        "prometheus.tcp.ip": LOOPBACK,
        "prometheus.tcp.port": ports.prometheus,
        "default_user": ADMINISTRATOR,
        "default_pass": record.secrets.passwords[ADMINISTRATOR],
        # The default of 512 MB, held in memory several times over, is meant for a dedicated machine.
        "raft.wal_max_size_bytes": 64_000_000,
    }
    return "".join(f"{key} = {value}\n" for key, value in options.items())


def plain_listeners(ports: Ports) -> dict[str, object]:
    return {
        "listeners.tcp.local": f"{LOOPBACK}:{ports.amqp}",
        "management.tcp.ip": LOOPBACK,
        "management.tcp.port": ports.management,
    }


def encrypted_listeners(ports: Ports, authority: str) -> dict[str, object]:
    """The same ports, and no plain ones beside them. Clients show a password, not a certificate."""
    certificate = {"cacertfile": authority, "certfile": server_file(authority), "keyfile": server_file(authority)}
    return {
        "listeners.tcp": "none",
        "listeners.ssl.local": f"{LOOPBACK}:{ports.amqp}",
        **{f"ssl_options.{name}": path for name, path in certificate.items()},
        "ssl_options.verify": "verify_none",
        "ssl_options.fail_if_no_peer_cert": "false",
        **{f"ssl_options.versions.{number}": version for number, version in enumerate(TLS_VERSIONS, start=1)},
        "management.ssl.ip": LOOPBACK,
        "management.ssl.port": ports.management,
        **{f"management.ssl.{name}": path for name, path in certificate.items()},
    }


def write_configuration(home: Home, record: Record) -> None:
    folder = home.broker
    write_private(folder / "rabbitmq.conf", configuration(record))
    (folder / "enabled_plugins").write_text(PLUGINS, encoding="ascii")
    # Stands in for the system-wide rabbitmq-env.conf, which may hold settings of another node.
    (folder / "rabbitmq-env.conf").write_text("", encoding="ascii")
    write_cookie(folder / ".erlang.cookie", record.secrets.erlang_cookie)


def write_cookie(path: Path, cookie: str) -> None:
    """Erlang refuses a cookie that anyone but its owner can read; it sets the mode 0400 itself."""
    if not path.exists():
        write_private(path, cookie)
        path.chmod(0o400)


def name_server_environment(ports: Ports) -> dict[str, str]:
    return {"ERL_EPMD_PORT": str(ports.epmd), "ERL_EPMD_ADDRESS": LOOPBACK}


def node_environment(home: Home, ports: Ports) -> dict[str, str]:
    folder = home.broker
    return {
        **name_server_environment(ports),
        # Else a node that starts while there is no name server makes a daemon, which keeps ours off its port.
        "ERL_AFLAGS": "-start_epmd false",
        "ERL_CRASH_DUMP": str(folder / "erl_crash.dump"),
        "HOME": str(folder),
        # Makes the start script `exec` the node, so that the supervisor watches the node and not a shell.
        "RUNNING_UNDER_SYSTEMD": "true",
        "RABBITMQ_NODENAME": NODE,
        "RABBITMQ_DIST_PORT": str(ports.distribution),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "RABBITMQ_CONF_ENV_FILE": str(folder / "rabbitmq-env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(folder / "generated"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_PLUGINS_EXPAND_DIR": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_PID_FILE": str(folder / "rabbitmq.pid"),
        "RABBITMQ_LOGS": "-",
    }


def programs(home: Home, record: Record) -> tuple[Program, Program]:
    """The name server and the node."""
    ports = record.ports
    s = "s" if record.launch.authority else ""
    name_server = Program(
        name="epmd",
        tier=EPMD_TIER,
        command=(epmd_binary(), "-port", str(ports.epmd), "-address", LOOPBACK),
        environment=name_server_environment(ports),
        address=f"{LOOPBACK}:{ports.epmd}",
        stop_seconds=3,
    )
    node = Program(
        name="rabbitmq",
        tier=SERVERS_TIER,
        command=(server_script(),),
        environment=node_environment(home, ports),
        address=f"amqp{s}://{LOOPBACK}:{ports.amqp}  http{s}://{LOOPBACK}:{ports.management}",
        stop_seconds=20,
    )
    return name_server, node
