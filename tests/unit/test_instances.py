"""Several processes of a service: what is asked for, what they are called, and what each has of its own."""

from configparser import RawConfigParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.contracts.topology import DISPATCH, GATEWAY, INTAKE, PICTURES
from steward.cli import main
from steward.stack.errors import StackError
from steward.stack.home import Home
from steward.stack.instances import MOST, read_instances, several
from steward.stack.ports import Ports
from steward.stack.record import Launch, Record, Secrets
from steward.stack.rolling import chosen
from steward.stack.services import PROCESSES, programs
from steward.stack.supervisor import configuration


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], {}),
        (["1"], {}),
        (["dispatch=3"], {DISPATCH: 3}),
        (["2"], dict.fromkeys(PROCESSES, 2)),
        (["2", "dispatch=1"], {service: 2 for service in PROCESSES if service != DISPATCH}),
        (["dispatch=3", "2"], dict.fromkeys(PROCESSES, 2)),
    ],
)
def test_what_is_said_last_counts(given: list[str], wanted: dict[str, int]) -> None:
    assert several(read_instances(given, PROCESSES)) == wanted


@pytest.mark.parametrize("said", ["0", "-1", "two", f"{MOST + 1}", "dispatch=", "mongod=2", "=2", ""])
def test_what_makes_no_sense_is_refused_before_anything_starts(said: str, tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["up", "--home", str(tmp_path / "home"), "--instances", said])
    assert answer.exit_code == 2
    assert "--instances" in answer.output
    assert not (tmp_path / "home").exists()


@pytest.fixture
def record() -> Record:
    return Record(Ports(), Secrets(), Launch(instances={INTAKE: 3, PICTURES: 2, GATEWAY: 2}))


def test_the_first_instance_keeps_the_name_of_its_service(record: Record) -> None:
    names = [program.name for program in programs(record)]
    assert len(names) == len(set(names)) == len(PROCESSES) + 4
    assert [name for name in names if name.startswith(INTAKE)] == ["intake", "intake-2", "intake-3"]


def test_instances_differ_in_where_they_tell_their_health_and_in_nothing_else(record: Record) -> None:
    instances = [dict(program.environment) for program in programs(record) if program.name.startswith(INTAKE)]
    assert len({environment.pop("PROBE_ADDRESS") for environment in instances}) == 3
    assert instances[0] == instances[1] == instances[2]


def test_who_listens_does_so_on_a_socket_of_the_supervisor(record: Record, tmp_path: Path) -> None:
    parser = RawConfigParser()
    parser.read_string(configuration(Home.at(tmp_path), programs(record)))
    assert dict(parser["group:gateway"]) == {
        "programs": "gateway,gateway-2",
        "priority": "5",
        "socket": f"tcp://127.0.0.1:{record.ports.gateway}",
    }
    assert parser["group:pictures"]["socket"] == f"tcp://127.0.0.1:{record.ports.pictures}"
    assert "socket" not in parser["group:services"]
    assert 'GATEWAY_ADDRESS="fd://0"' in parser["program:gateway-2"]["environment"]


def test_the_gateway_stops_first_and_what_it_asks_after_it(record: Record, tmp_path: Path) -> None:
    parser = RawConfigParser()
    parser.read_string(configuration(Home.at(tmp_path), programs(record)))
    priorities = [int(parser[f"group:{tier}"]["priority"]) for tier in ("services", "pictures", "gateway")]
    assert priorities == sorted(set(priorities))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ((INTAKE,), ["intake", "intake-2", "intake-3"]),
        (("intake-2", GATEWAY), ["intake-2", "gateway", "gateway-2"]),
        ((GATEWAY, DISPATCH), ["dispatch", "gateway", "gateway-2"]),
    ],
)
def test_a_restart_is_of_services_or_instances_and_the_gateway_goes_last(
    record: Record, names: tuple[str, ...], wanted: list[str]
) -> None:
    assert [program.name for program in chosen(programs(record), names)] == wanted


def test_a_restart_of_nothing_in_particular_is_of_all(record: Record) -> None:
    assert chosen(programs(record), ()) == programs(record)


@pytest.mark.parametrize("name", ["mongod", "intake-4", "int", "intake-", "intake-x"])
def test_a_restart_of_what_is_not_there_is_refused(record: Record, name: str) -> None:
    with pytest.raises(StackError, match=name):
        chosen(programs(record), (INTAKE, name))
