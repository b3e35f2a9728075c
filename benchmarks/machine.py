"""What was measured on: figures without it mean nothing."""

import platform
from pathlib import Path
from typing import Any

import psutil

from benchmarks.ground import Ground
from shared.runtime.management import ManagementApi
from steward.stack.users import ADMINISTRATOR


def facts(ground: Ground) -> dict[str, str]:
    return {
        "cores": f"{psutil.cpu_count()} × {_processor()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "rabbitmq": _broker_version(ground),
        "mongod": str(ground.client.server_info()["version"]),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _broker_version(ground: Ground) -> str:
    with ManagementApi(str(ground.stack.addresses.management_uri(ADMINISTRATOR))) as management:
        overview: dict[str, Any] = management.get("overview")
    return str(overview["rabbitmq_version"])
