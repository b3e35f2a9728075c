"""The services and the gateway as supervised programs."""

import sys
from pathlib import Path

from shared.contracts.topology import DISPATCH, EVALUATION, FEED, GATEWAY, INTAKE, PICTURES, SERVICES
from shared.runtime.settings import DEVELOPMENT
from steward.stack.addresses import Addresses
from steward.stack.instances import instance_name
from steward.stack.ports import LOOPBACK
from steward.stack.program import GATEWAY_TIER, PICTURES_TIER, SERVICES_TIER, Program
from steward.stack.record import Record
from steward.stack.users import WATCHER

PROCESSES = (*SERVICES, GATEWAY)
TIER_OF = {PICTURES: PICTURES_TIER, GATEWAY: GATEWAY_TIER}
"""Of those that listen: their socket belongs to a tier."""
HELD_SOCKET = "fd://0"
"""Where the supervisor hands over the socket that it holds, as `shared.runtime.listening` reads it."""
OF_THE_IMAGE = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
"""The log is JSON: what libraries warn of at every start is none of it."""


def service_command(service: str) -> tuple[str, ...]:
    """The command that runs a service, here as in `docker-compose.yml`."""
    return ("nameko", "run", "--config", "config/nameko.yaml", f"services.{service}.service")


def in_this_environment(command: tuple[str, ...]) -> tuple[str, ...]:
    """The same command, with the executable that lies beside the running Python."""
    return (str(Path(sys.executable).with_name(command[0])), *command[1:])


def service_environment(service: str, record: Record, number: int = 1) -> dict[str, str]:
    addresses, secrets = Addresses(record, record.launch.detours), record.secrets
    own = {
        INTAKE: {"INTAKE_SECRET": secrets.intake, "GRANT_SECRET": secrets.grant},
        DISPATCH: {"GRANT_SECRET": secrets.grant},
        EVALUATION: {"EVALUATION_SECRET": secrets.evaluation},
        FEED: {"FEED_SECRET": secrets.feed},
        PICTURES: {"PICTURES_SECRET": secrets.pictures, "PICTURES_ADDRESS": HELD_SOCKET},
        GATEWAY: {
            "PROFILE": DEVELOPMENT,
            "TOKEN_SECRET": secrets.token,
            "PHONE_SECRET": secrets.phone,
            "LIMITS": "off",  # a replay acts for thousands, from one place
            "PICTURES_SECRET": secrets.pictures,
            "PICTURES_URL": f"http://{LOOPBACK}:{record.ports.pictures}",
            "GATEWAY_ADDRESS": HELD_SOCKET,
            **({"MANAGEMENT_URI": uri} if (uri := addresses.management_uri(WATCHER)) else {}),
        },
    }
    servers = {"AMQP_URI": addresses.amqp_uri(service), "MONGO_URI": addresses.mongo_uri(service)}
    probe = {"PROBE_ADDRESS": f"{LOOPBACK}:{record.ports.probe(instance_name(service, number))}"}
    return OF_THE_IMAGE | servers | probe | own.get(service, {}) | record.launch.settings


def programs(record: Record) -> list[Program]:
    """Every instance of every service, as it was launched."""
    return [
        program(service, record, number)
        for service in PROCESSES
        for number in range(1, record.launch.instances.get(service, 1) + 1)
    ]


def program(service: str, record: Record, number: int = 1) -> Program:
    sockets = {
        PICTURES: f"tcp://{LOOPBACK}:{record.ports.pictures}",
        GATEWAY: f"tcp://{LOOPBACK}:{record.ports.gateway}",
    }
    return Program(
        name=instance_name(service, number),
        tier=TIER_OF.get(service, SERVICES_TIER),
        command=in_this_environment(service_command(service)),
        environment=service_environment(service, record, number),
        address=Addresses(record).gateway if service == GATEWAY else "",
        stop_seconds=30,
        socket=sockets.get(service, ""),
    )
