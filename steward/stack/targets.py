"""For Prometheus: a copy of the folder `observability`, with the processes of this stack as its targets."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from steward.stack.home import PROJECT, Home
from steward.stack.ports import LOOPBACK
from steward.stack.program import Program
from steward.stack.record import Record

SHIPPED = PROJECT / "observability"
NUMBER = re.compile(r"-\d+$")
"""Of a further instance of a service, at the end of its name."""

Target = dict[str, object]


def write_targets(home: Home, record: Record, programs: Iterable[Program]) -> None:
    """`prometheus --config.file <home>/observability/prometheus.yml` then watches this stack."""
    for shipped in SHIPPED.glob("*.yml"):
        shutil.copyfile(shipped, _created(home) / shipped.name)
    probed = {one.name: one.environment["PROBE_ADDRESS"] for one in programs if "PROBE_ADDRESS" in one.environment}
    _write(home, "steward", [_target(name, address) for name, address in probed.items()])
    own_broker = [] if record.launch.amqp_uri else [_target("rabbitmq", f"{LOOPBACK}:{record.ports.prometheus}")]
    _write(home, "rabbitmq", own_broker)


def _target(instance: str, address: str) -> Target:
    return {"targets": [address], "labels": {"service": NUMBER.sub("", instance), "instance": instance}}


def _write(home: Home, job: str, targets: list[Target]) -> None:
    """Replaced in one step: Prometheus looks whenever it likes."""
    path = _created(home) / "targets" / f"{job}.json"
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(targets, indent=2), encoding="ascii")
    draft.replace(path)


def _created(home: Home) -> Path:
    home.observability.mkdir(mode=0o700, exist_ok=True)
    return home.observability
