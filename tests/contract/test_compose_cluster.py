"""The containers of a cluster: the same as of one machine, but more of each, and all servers are named."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from steward.stack.home import PROJECT
from steward.stack.services import PROCESSES

ONE, CLUSTER = PROJECT / "docker-compose.yml", PROJECT / "deploy" / "compose.cluster.yml"
BROKERS, MEMBERS = ("rabbitmq", "rabbitmq-2", "rabbitmq-3"), ("mongo", "mongo-2", "mongo-3")


@pytest.fixture(scope="module")
def one() -> dict[str, Any]:
    return dict(yaml.safe_load(ONE.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def cluster() -> dict[str, Any]:
    return dict(yaml.safe_load(CLUSTER.read_text(encoding="utf-8")))


def test_it_obeys_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    checked = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", CLUSTER], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("process", [*PROCESSES, "provision"])
def test_a_process_knows_all_servers_and_is_otherwise_the_same(
    one: dict[str, Any], cluster: dict[str, Any], process: str
) -> None:
    added = cluster["services"][process]
    assert set(added) <= {"environment", "deploy", "depends_on"}
    assert set(added["environment"]) <= set(one["services"][process]["environment"])
    for name, value in added["environment"].items():
        before = one["services"][process]["environment"][name]
        if name == "MONGO_URI":
            assert value == before.replace("mongo:27017", ",".join(f"{member}:27017" for member in MEMBERS))
        else:
            assert value == before.replace("@rabbitmq:", "@broker:")


@pytest.mark.parametrize("process", PROCESSES)
def test_there_are_two_of_each(cluster: dict[str, Any], process: str) -> None:
    assert cluster["services"][process]["deploy"] == {"replicas": 2}


def test_brokers_find_each_other_and_are_found_by_one_name(cluster: dict[str, Any]) -> None:
    for broker in BROKERS:
        service = cluster["services"][broker]
        assert service["hostname"] == broker
        assert service["networks"]["default"]["aliases"] == ["broker"]
        nodes = re.findall(r"nodes\.\d = rabbit@(\S+)", service["entrypoint"][-1])
        assert tuple(nodes) == BROKERS


def test_every_member_of_the_replica_set_is_initiated(cluster: dict[str, Any]) -> None:
    script = cluster["configs"]["initiate"]["content"]
    assert re.findall(r'"(mongo[\w-]*):27017"', script) == list(MEMBERS)
    assert set(cluster["services"]["initiate"]["depends_on"]) == set(MEMBERS)


def test_what_is_kept_is_kept_apart(one: dict[str, Any], cluster: dict[str, Any]) -> None:
    services = {**cluster["services"], **{name: one["services"][name] for name in ("rabbitmq", "mongo")}}
    volumes = [services[name]["volumes"][0].split(":")[0] for name in (*BROKERS, *MEMBERS)]
    assert len(set(volumes)) == len(volumes)
    assert set(volumes) == set(one["volumes"]) | set(cluster["volumes"])


def test_a_process_has_more_time_to_end_than_it_takes(one: dict[str, Any]) -> None:
    assert all(one["services"][process]["stop_grace_period"] == "45s" for process in PROCESSES)
