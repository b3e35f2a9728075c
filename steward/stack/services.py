"""The services and the gateway as supervised programs."""

import sys
from pathlib import Path

from shared.contracts.topology import DISPATCH, EVALUATION, FEED, GATEWAY, INTAKE, PICTURES, SERVICES
from shared.runtime.settings import DEVELOPMENT
from steward.stack.addresses import Addresses
from steward.stack.ports import LOOPBACK
from steward.stack.program import SERVICES_TIER, Program
from steward.stack.record import Record
from steward.stack.users import WATCHER

PROCESSES = (*SERVICES, GATEWAY)
OF_THE_IMAGE = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
"""The log is JSON: what libraries warn of at every start is none of it."""


def service_command(service: str) -> tuple[str, ...]:
    """The command that runs a service, here as in `docker-compose.yml`."""
    return ("nameko", "run", "--config", "config/nameko.yaml", f"services.{service}.service")


def in_this_environment(command: tuple[str, ...]) -> tuple[str, ...]:
    """The same command, with the executable that lies beside the running Python."""
    return (str(Path(sys.executable).with_name(command[0])), *command[1:])


def service_environment(service: str, record: Record) -> dict[str, str]:
    addresses, secrets = Addresses(record, record.launch.detours), record.secrets
    handed_over_at = f"{LOOPBACK}:{record.ports.pictures}"
    own = {
        INTAKE: {"INTAKE_SECRET": secrets.intake, "GRANT_SECRET": secrets.grant},
        DISPATCH: {"GRANT_SECRET": secrets.grant},
        EVALUATION: {"EVALUATION_SECRET": secrets.evaluation},
        FEED: {"FEED_SECRET": secrets.feed},
        PICTURES: {"PICTURES_SECRET": secrets.pictures, "PICTURES_ADDRESS": handed_over_at},
        GATEWAY: {
            "PROFILE": DEVELOPMENT,
            "TOKEN_SECRET": secrets.token,
            "PHONE_SECRET": secrets.phone,
            "LIMITS": "off",  # a replay acts for thousands, from one place
            "PICTURES_SECRET": secrets.pictures,
            "PICTURES_URL": f"http://{handed_over_at}",
            "GATEWAY_ADDRESS": f"{LOOPBACK}:{record.ports.gateway}",
            **({"MANAGEMENT_URI": uri} if (uri := addresses.management_uri(WATCHER)) else {}),
        },
    }
    servers = {"AMQP_URI": addresses.amqp_uri(service), "MONGO_URI": addresses.mongo_uri(service)}
    probe = {"PROBE_ADDRESS": f"{LOOPBACK}:{record.ports.probe(service)}"}
    return OF_THE_IMAGE | servers | probe | own.get(service, {}) | record.launch.settings


def program(service: str, record: Record) -> Program:
    return Program(
        name=service,
        tier=SERVICES_TIER,
        command=in_this_environment(service_command(service)),
        environment=service_environment(service, record),
        address=Addresses(record).gateway if service == GATEWAY else "",
        stop_seconds=20,
    )
