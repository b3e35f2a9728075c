"""`steward export` of all cases to Parquet, in a process of its own: how fast, and how much memory it takes at most."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from steward.stack import Stack

VIEW = "analysis_cases"
STEWARD = str(Path(sys.executable).with_name("steward"))


class ExportFailed(Exception):
    """The exit status of the command, and what it said."""


def export(stack: Stack, rows: int) -> dict[str, Any]:
    """`peak_mib`: resident, of the whole process, with Python and Arrow itself. Raises ExportFailed."""
    with tempfile.TemporaryDirectory(prefix="steward-export-") as folder:
        output = Path(folder) / "cases.parquet"
        options = ("--view", VIEW, "--format", "parquet", "--output", str(output), "--home", str(stack.home.folder))
        began = perf_counter()
        status, said, kilobytes = _run(STEWARD, "export", *options)
        seconds = perf_counter() - began
        if status:
            raise ExportFailed(status, said)
        return {
            "rows": rows,
            "rows_per_second": rows / seconds,
            "peak_mib": kilobytes / 1024,
            "file_mib": output.stat().st_size / 2**20,
        }


def _run(*command: str) -> tuple[int, str, int]:
    """Status, output and the peak of the resident memory, which only waiting by hand tells for one process."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return child.returncode, said.read().decode(errors="replace"), usage.ru_maxrss
