"""What a stack remembers: also one that was made before there was something to remember."""

import json
from pathlib import Path

import pytest

from steward.stack.home import Home
from steward.stack.ports import Ports
from steward.stack.record import Record, Secrets


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home.at(tmp_path)
    home.create()
    return home


def test_what_is_saved_is_loaded(home: Home) -> None:
    assert Record.load(home) is None
    record = Record(Ports(), Secrets())
    record.save(home)
    assert Record.load(home) == record


def test_a_secret_that_an_older_record_lacks_is_made_once_and_kept(home: Home) -> None:
    record = Record(Ports(), Secrets())
    record.save(home)
    stored = json.loads(home.record.read_text(encoding="utf-8"))
    del stored["secrets"]["evaluation"]
    home.record.write_text(json.dumps(stored), encoding="utf-8")
    first, second = Record.load(home), Record.load(home)
    assert first is not None
    assert first == second
    assert len(first.secrets.evaluation) >= 32
    assert (first.secrets.token, first.ports) == (record.secrets.token, record.ports)


def test_a_probe_keeps_its_port_and_shares_it_with_nobody(home: Home) -> None:
    for ports in (Ports(), Ports.free()):
        made = {program: ports.probe(program) for program in ("intake", "dispatch", "dispatch-2")}
        record = Record(ports, Secrets())
        record.save(home)
        assert Record.load(home) == record
        assert {program: ports.probe(program) for program in made} == made
        assert len(set(ports.listeners().values())) == len(ports.listeners())


def test_the_probes_of_a_stack_on_fixed_ports_are_where_they_are_expected() -> None:
    ports = Ports()
    assert [ports.probe(program) for program in ("intake", "dispatch", "intake")] == [28490, 28491, 28490]


def test_a_record_from_before_there_were_probes_is_still_read(home: Home) -> None:
    record = Record(Ports(), Secrets())
    record.save(home)
    stored = json.loads(home.record.read_text(encoding="utf-8"))
    del stored["ports"]["probes"]
    home.record.write_text(json.dumps(stored), encoding="utf-8")
    assert Record.load(home) == record
