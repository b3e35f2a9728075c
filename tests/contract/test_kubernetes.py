"""The manifests are valid, run what the local stack runs, and leave no door open."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from shared.contracts import topology
from shared.contracts.topology import FEED, GATEWAY, PICTURES, SERVICES
from steward.stack.home import PROJECT
from steward.stack.ports import Ports
from steward.stack.record import Record, Secrets
from steward.stack.services import PROCESSES, program, service_command
from steward.stack.users import ADMINISTRATOR, PROVISIONED_USERS
from tests.support.keda import SCHEMAS

FOLDER = PROJECT / "deploy" / "kubernetes"
BASE, OVERLAYS = FOLDER / "base", sorted((FOLDER / "overlays").iterdir())
KUSTOMIZATION = "kustomization.yaml"
VERSION = "1.34"
"""The oldest that the manifests are for."""
SERVERS = ("rabbitmq", "mongo")
LISTENING = (PICTURES, GATEWAY)
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]

Resource = dict[str, Any]


def resources(folder: Path) -> Iterator[Resource]:
    for path in sorted(folder.rglob("*.yaml")):
        if path.name != KUSTOMIZATION:
            yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def titled(resource: Resource) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


ALL = list(resources(FOLDER))
OF_BASE = {titled(resource): resource for resource in resources(BASE)}


def pod_of(workload: Resource) -> Resource:
    return dict(workload["spec"]["template"]["spec"])


WORKLOADS = {title: one for title, one in OF_BASE.items() if title.split()[0] in ("Deployment", "StatefulSet", "Job")}


def container_of(process: str) -> Resource:
    return dict(pod_of(OF_BASE[f"Deployment {process}"])["containers"][0])


@pytest.mark.parametrize("resource", ALL, ids=titled)
def test_it_is_valid(resource: Resource) -> None:
    if resource["kind"] in SCHEMAS:
        jsonschema.validate(resource, SCHEMAS[resource["kind"]])
    else:
        kubernetes_validate.validate(resource, VERSION, strict=True)


@pytest.mark.parametrize("folder", [BASE, *OVERLAYS], ids=lambda folder: folder.name)
def test_a_kustomization_names_every_file_beside_it_and_none_that_is_not(folder: Path) -> None:
    said = yaml.safe_load((folder / KUSTOMIZATION).read_text(encoding="utf-8"))
    assert said["kind"] == "Kustomization"
    beside = {path.name for path in folder.glob("*.yaml")} - {KUSTOMIZATION}
    listed = [name for name in said["resources"] if name != "../../base"]
    assert sorted(listed) == sorted(beside)
    assert (folder == BASE) == ("../../base" not in said["resources"])
    for replicas in said.get("replicas", ()):
        assert f"Deployment {replicas['name']}" in OF_BASE


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda folder: folder.name)
def test_an_overlay_brings_what_the_base_expects(overlay: Path) -> None:
    said = yaml.safe_load((overlay / KUSTOMIZATION).read_text(encoding="utf-8"))
    assert "steward" in [one["name"] for one in said["secretGenerator"]]
    assert "city" in [one["name"] for one in said["configMapGenerator"]]
    assert said["namespace"] in [one["metadata"]["name"] for one in resources(overlay) if one["kind"] == "Namespace"]


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_runs_the_command_of_the_local_stack(process: str) -> None:
    assert tuple(container_of(process)["command"]) == service_command(process)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_gets_the_variables_of_the_container(process: str) -> None:
    """But what a city sets as it likes, which is in a ConfigMap, and where to keep pictures."""
    given = {variable["name"] for variable in container_of(process)["env"]}
    fixed = {name for name, value in COMPOSE[process]["environment"].items() if not value.startswith("${")}
    assert given == fixed


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_sees_its_own_secrets_and_no_other(process: str) -> None:
    pod = pod_of(OF_BASE[f"Deployment {process}"])
    mounted = [volume["secret"]["items"] for volume in pod["volumes"] if "secret" in volume]
    assert sorted(item["path"] for items in mounted for item in items) == sorted(COMPOSE[process]["secrets"])


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_has_more_time_to_end_than_the_process_takes(process: str) -> None:
    deployment = OF_BASE[f"Deployment {process}"]
    waits = container_of(process).get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    needs = waits + program(process, Record(Ports(), Secrets())).stop_seconds
    assert pod_of(deployment)["terminationGracePeriodSeconds"] > needs
    assert (waits > 0) == (process in LISTENING)
    assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


@pytest.mark.parametrize("process", PROCESSES)
def test_a_pod_counts_once_it_is_ready_and_is_restarted_only_when_it_is_dead(process: str) -> None:
    container = container_of(process)
    asked = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")}
    while_serving = "/health/live" if process in LISTENING else "/health/ready"
    assert asked == {"startup": "/health/ready", "readiness": while_serving, "liveness": "/health/live"}


def test_provisioning_gets_the_password_of_every_user() -> None:
    job = pod_of(OF_BASE["Job provision"])
    given = {variable["name"] for variable in job["containers"][0]["env"]}
    assert {f"{user.upper()}_PASSWORD_FILE" for user in (ADMINISTRATOR, *PROVISIONED_USERS)} <= given
    assert job["containers"][0]["command"] == ["steward", "provision"]


@pytest.mark.parametrize("title", WORKLOADS)
def test_every_container_has_its_bounds_and_no_rights_on_the_node(title: str) -> None:
    """As the `restricted` standard of Kubernetes asks, which the namespaces enforce."""
    pod = pod_of(WORKLOADS[title])
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in (*pod["containers"], *pod.get("initContainers", ())):
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


@pytest.mark.parametrize("name", [*PROCESSES, *SERVERS])
def test_one_of_each_may_go_at_a_time(name: str) -> None:
    budget = OF_BASE[f"PodDisruptionBudget {name}"]["spec"]
    workload = OF_BASE.get(f"Deployment {name}") or OF_BASE[f"StatefulSet {name}"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == workload["spec"]["selector"]
    assert workload["spec"]["replicas"] == (3 if name in SERVERS else 2)


def test_nothing_goes_in_or_out_that_no_policy_allows() -> None:
    policies = [one["spec"] for one in OF_BASE.values() if one["kind"] == "NetworkPolicy"]
    assert {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]} in policies
    for policy in policies:
        assert {"Ingress", "Egress"} >= set(policy["policyTypes"])
        assert ("ingress" in policy) <= ("Ingress" in policy["policyTypes"])
        assert ("egress" in policy) <= ("Egress" in policy["policyTypes"])


@pytest.mark.parametrize("process", PROCESSES)
def test_only_the_gateway_is_reached_from_outside_and_only_feed_calls_there(process: str) -> None:
    def reaches(policy: Resource) -> bool:
        wanted = policy["podSelector"].get("matchLabels", {}).items()
        labels = OF_BASE[f"Deployment {process}"]["spec"]["template"]["metadata"]["labels"]
        return bool(wanted) and wanted <= labels.items()

    own = [one["spec"] for one in OF_BASE.values() if one["kind"] == "NetworkPolicy" and reaches(one["spec"])]
    let_in = [rule for policy in own for rule in policy.get("ingress", ())]
    from_elsewhere = {
        port["port"]
        for rule in let_in
        if any("namespaceSelector" in peer for peer in rule["from"])
        for port in rule["ports"]
    }
    assert from_elsewhere == ({8480, 8490} if process == GATEWAY else {8490})
    anywhere = [rule for policy in own for rule in policy.get("egress", ()) if not _is_to_pods(rule)]
    assert len(anywhere) == (1 if process in (FEED, GATEWAY) else 0)


def _is_to_pods(rule: Resource) -> bool:
    return bool(rule.get("to")) and all("podSelector" in peer for peer in rule["to"])


def test_scaling_looks_at_queues_that_there_are() -> None:
    known = {queue for service in SERVICES for queue in (topology.inbox(service), topology.rpc_queue(service))}
    scaled = [one["spec"] for one in ALL if one["kind"] == "ScaledObject"]
    looked_at = {
        trigger["metadata"]["queueName"]
        for one in scaled
        for trigger in one["triggers"]
        if trigger["type"] == "rabbitmq"
    }
    assert looked_at == known
    assert {one["scaleTargetRef"]["name"] for one in scaled} == set(PROCESSES)
    assert all(one["minReplicaCount"] < one["maxReplicaCount"] for one in scaled)


def test_no_secret_is_written_down() -> None:
    assert not [titled(one) for one in ALL if one["kind"] == "Secret"]
    for title, workload in WORKLOADS.items():
        for container in pod_of(workload)["containers"]:
            for variable in container.get("env", ()):
                hidden = any(word in variable["name"] for word in ("PASSWORD", "SECRET", "KEY"))
                assert not hidden or variable["value"].startswith("/run/secrets/"), (title, variable["name"])
