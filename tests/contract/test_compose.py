"""`docker-compose.yml` is valid, runs what the local stack runs, and holds no password."""

import re
import shlex
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from shared.contracts.topology import GATEWAY
from steward.stack.home import PROJECT, Home
from steward.stack.ports import Ports
from steward.stack.record import Record, Secrets
from steward.stack.services import PROCESSES, program, service_environment
from steward.stack.supervisor import configuration
from steward.stack.users import ADMINISTRATOR, PROVISIONED_USERS, WATCHER

COMPOSE = PROJECT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::\?[^}]*)?\}")
OF_DEVELOPMENT, OF_THE_CITY = {"PROFILE", "TOKEN_SECRET"}, "OIDC_"
OF_THE_EDGE = {"TRUSTED_PROXIES", "CORS_ORIGINS", "BLOCK_CONTACT"}
"""What stands in front of the gateway, who calls it from there, and whom to ask: nobody on a local stack."""
OF_TRACING = "OTEL_"
"""Where traces go: on a local stack nowhere, unless it is started with `--setting`."""
OF_A_BUCKET = "PICTURES_S3_", "PICTURES_STORE"
"""A local stack keeps pictures in its database."""
SECRET = re.compile(r"PASS|SECRET|KEY$")
NOT_SECRET = {"PICTURES_S3_KEY"}
"""The name under which the bucket knows us."""
A_FILE, MOUNTED_AT = "_FILE", "/run/secrets/"
REQUIRED_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+):\?[^}]*\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def record() -> Record:
    return Record(Ports(), Secrets())


def test_it_obeys_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("service", PROCESSES)
def test_a_container_runs_the_command_of_the_local_stack(
    compose: dict[str, Any], record: Record, service: str, tmp_path: Path
) -> None:
    supervised = RawConfigParser()
    supervised.read_string(configuration(Home.at(tmp_path), [program(service, record)]))
    executable, *arguments = shlex.split(supervised[f"program:{service}"]["command"])

    assert shlex.split(compose["services"][service]["command"]) == [Path(executable).name, *arguments]


@pytest.mark.parametrize("service", PROCESSES)
def test_a_container_gets_the_variables_of_the_local_stack(
    compose: dict[str, Any], record: Record, service: str
) -> None:
    """But people: on a local stack they come with tokens of development, else with those of the city."""
    of_the_image = {"PYTHONUNBUFFERED", "PYTHONWARNINGS"}
    local = set(service_environment(service, record)) - of_the_image - OF_DEVELOPMENT
    given = {name.removesuffix(A_FILE) for name in compose["services"][service]["environment"]}
    elsewhere = {name for name in given if name.startswith((OF_THE_CITY, OF_TRACING, *OF_A_BUCKET))}
    accounts = (service, WATCHER) if service == GATEWAY else (service,)
    assert given - elsewhere - OF_THE_EDGE == local | {f"{account.upper()}_PASSWORD" for account in accounts}


def test_nobody_comes_in_by_a_token_of_development(compose: dict[str, Any]) -> None:
    gateway = compose["services"]["gateway"]["environment"]
    assert OF_DEVELOPMENT.isdisjoint(gateway)
    assert [":?" in gateway[name] for name in ("OIDC_ISSUER", "OIDC_AUDIENCE")] == [True, True]


def test_provisioning_is_the_command_that_the_local_stack_has_too(compose: dict[str, Any]) -> None:
    program_name, command = shlex.split(compose["services"]["provision"]["command"])
    assert program_name == "steward"
    helped = subprocess.run(
        [Path(sys.executable).with_name(program_name), command, "--help"], capture_output=True, check=False
    )
    assert helped.returncode == 0


def test_provisioning_gets_the_password_of_every_user(compose: dict[str, Any]) -> None:
    wanted = {f"{user.upper()}_PASSWORD{A_FILE}" for user in (ADMINISTRATOR, *PROVISIONED_USERS)}
    assert wanted <= set(compose["services"]["provision"]["environment"])


def test_every_variable_is_required_and_explained(compose: dict[str, Any]) -> None:
    """A secret of a variable that is not set stops compose, as `:?` does."""
    text = COMPOSE.read_text(encoding="utf-8")
    kept = {secret["environment"] for secret in compose["secrets"].values()}
    used = {match["name"] for match in VARIABLE.finditer(text)} | kept
    required = {match["name"] for match in REQUIRED_VARIABLE.finditer(text)} | kept
    explained = dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", (PROJECT / ".env.example").read_text(), re.MULTILINE))

    assert used == required == set(explained)
    assert not any(explained.values())


def test_every_secret_is_a_file_that_only_who_needs_it_is_given(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        variables = service.get("environment", {})
        secret = {variable for variable in variables if SECRET.search(variable.removesuffix(A_FILE))} - NOT_SECRET
        assert all(variable.endswith(A_FILE) for variable in secret), name
        read = {variables[variable].removeprefix(MOUNTED_AT) for variable in secret}
        read |= set(re.findall(rf"{MOUNTED_AT}(\w+)", " ".join(service.get("entrypoint", []))))
        assert read == set(service.get("secrets", [])), name


def test_no_password_is_written_down(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "://" in value:
                assert urlsplit(value).password is None, name
    assert all(set(secret) == {"environment"} for secret in compose["secrets"].values())


def test_only_the_gateway_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert list(published) == ["gateway"]
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])


def test_the_administrators_are_those_of_the_local_stack(compose: dict[str, Any]) -> None:
    assert f"default_user = {ADMINISTRATOR}'" in " ".join(compose["services"]["rabbitmq"]["entrypoint"])
    assert compose["services"]["mongo"]["environment"]["MONGO_INITDB_ROOT_USERNAME"] == ADMINISTRATOR
