"""What `steward up` writes for Prometheus: a folder that can be started with as it is."""

import json
from dataclasses import replace
from pathlib import Path

import yaml

from steward.stack.home import Home
from steward.stack.ports import Ports
from steward.stack.record import Launch, Record, Secrets
from steward.stack.services import PROCESSES, program
from steward.stack.targets import SHIPPED, write_targets

RECORD = Record(Ports(), Secrets())


def written(home: Home, job: str) -> list[tuple[str, str, str]]:
    """Address, service and instance of each target, from where the shipped configuration looks for them."""
    jobs = yaml.safe_load((home.observability / "prometheus.yml").read_text(encoding="utf-8"))["scrape_configs"]
    (found,) = (one["file_sd_configs"][0]["files"] for one in jobs if one["job_name"] == job)
    targets = json.loads((home.observability / found[0]).read_text(encoding="ascii"))
    return [(one["targets"][0], one["labels"]["service"], one["labels"]["instance"]) for one in targets]


def test_every_process_is_a_target_and_each_instance_one_of_its_own(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    programs = [program(service, RECORD) for service in PROCESSES]
    second = replace(programs[1], name="dispatch-2", environment={"PROBE_ADDRESS": "127.0.0.1:29999"})
    write_targets(home, RECORD, [*programs, second])
    expected = [(f"127.0.0.1:{RECORD.ports.probe(name)}", name, name) for name in PROCESSES]
    assert written(home, "steward") == [*expected, ("127.0.0.1:29999", "dispatch", "dispatch-2")]
    assert written(home, "rabbitmq") == [(f"127.0.0.1:{RECORD.ports.prometheus}", "rabbitmq", "rabbitmq")]
    assert written(home, "rabbitmq-queues") == written(home, "rabbitmq")
    assert (home.observability / "alerts.yml").read_bytes() == (SHIPPED / "alerts.yml").read_bytes()


def test_of_a_broker_that_is_not_ours_nobody_knows_where_it_tells_its_figures(tmp_path: Path) -> None:
    home = Home.at(tmp_path)
    elsewhere = replace(RECORD, launch=Launch(amqp_uri="amqp://broker.example//"))
    write_targets(home, elsewhere, [])
    write_targets(home, elsewhere, [program(PROCESSES[0], elsewhere)])  # again, as at each start
    assert written(home, "rabbitmq") == []
    assert [service for _, service, _ in written(home, "steward")] == [PROCESSES[0]]
