"""The four services as supervised programs."""

import sys
from pathlib import Path

from shared.contracts.topology import EVALUATION, GATEWAY, LOOP_SERVICES
from steward.stack.addresses import Addresses
from steward.stack.ports import LOOPBACK
from steward.stack.program import SERVICES_TIER, Program
from steward.stack.record import Record

SERVICES = (*LOOP_SERVICES, GATEWAY)


def service_command(service: str) -> tuple[str, ...]:
    """The command that runs a service, here as in `docker-compose.yml`."""
    return ("nameko", "run", "--config", "config/nameko.yaml", f"services.{service}.service")


def in_this_environment(command: tuple[str, ...]) -> tuple[str, ...]:
    """The same command, with the executable that lies beside the running Python."""
    return (str(Path(sys.executable).with_name(command[0])), *command[1:])


def service_environment(service: str, record: Record) -> dict[str, str]:
    addresses = Addresses(record)
    environment = {
        "PYTHONUNBUFFERED": "1",
        "AMQP_URI": addresses.amqp_uri(service),
    }
    if service == GATEWAY:
        environment["TOKEN_SECRET"] = record.secrets.token
        environment["GATEWAY_ADDRESS"] = f"{LOOPBACK}:{record.ports.gateway}"
    else:
        environment["MONGO_URI"] = addresses.mongo_uri(service)
    if service == EVALUATION:
        environment["EVALUATION_SECRET"] = record.secrets.evaluation
    return environment | record.launch.settings


def program(service: str, record: Record) -> Program:
    return Program(
        name=service,
        tier=SERVICES_TIER,
        command=in_this_environment(service_command(service)),
        environment=service_environment(service, record),
        address=Addresses(record).gateway if service == GATEWAY else "",
        stop_seconds=20,
    )
