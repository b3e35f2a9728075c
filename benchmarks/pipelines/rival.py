"""Processes of a rival, for as long as it is measured."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.ground import Ground
from benchmarks.pipelines.pipeline import HOPS
from steward.stack.home import PROJECT

STOPPING_SECONDS = 5


@contextmanager
def running(ground: Ground, commands: Sequence[Sequence[str]]) -> Iterator[dict[str, int]]:
    """One process a hop; their ids. What they need to know of the servers is in their environment only."""
    environment = os.environ | {"AMQP_URI": ground.amqp_uri, "MONGO_URI": ground.mongo_uri}
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in zip(HOPS, commands, strict=True):
            with (ground.stack.home.logs / f"{name}.log").open("wb") as log:
                started[name] = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=log)
        yield {name: process.pid for name, process in started.items()}
    finally:
        for process in started.values():
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
