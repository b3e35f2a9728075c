"""Submitting, reading and listing: ours and the bare edge in turns, so that a busy machine is busy for both."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any

import requests

from benchmarks.gateway.bare_services import EDGE, STORE, BareEdge, BareStore
from benchmarks.gateway.load import LIST, READ, SUBMIT, Answered, Asked, saturate
from benchmarks.ground import Ground
from benchmarks.loop.figures import percentile
from benchmarks.loop.scene import scene_of
from benchmarks.pipelines.rival import running
from benchmarks.sample import submission
from shared.contracts.topology import rpc_queue
from steward.stack.ports import LOOPBACK, Ports
from steward.stack.services import in_this_environment
from steward.stack.waiting import wait_until

OURS, BARE = "ours", "bare"
BODIES = 5000
STARTING_SECONDS = 30

Say = Callable[[str], None]
Both = dict[str, list[Answered]]
"""What was answered in each turn, by whom."""


def measure(ground: Ground, clients: int, turns: int, seconds: float, say: Say) -> dict[str, Any]:
    """By what is asked: requests a second and latencies in ms of both, and how ours stands to the bare edge."""
    with _bare_edge(ground) as bare:
        gateways = {OURS: ground.stack.addresses.gateway, BARE: bare}

        def ask(what: str, asked: Mapping[str, list[Asked]]) -> Both:
            say(f"网关 The gateway: {what}")
            both: Both = {OURS: [], BARE: []}
            for name, gateway in [*gateways.items()] * turns:
                both[name].append(saturate(gateway, asked[name], clients, seconds))
            return both

        submitted = ask(SUBMIT, dict.fromkeys(gateways, _submissions(ground)))
        reads = {name: _reads(name, parts) for name, parts in submitted.items()}
        lists = {name: [Asked("/reports", one.token) for one in asked] for name, asked in reads.items()}
        answered = {SUBMIT: submitted, READ: ask(READ, reads), LIST: ask(LIST, lists)}
    return {"clients": clients, **{what: _compared(both, seconds) for what, both in answered.items()}}


def _submissions(ground: Ground) -> list[Asked]:
    """Each with words of its own, as those that are alike wait for a person."""
    tokens = scene_of(ground).tokens
    samples = islice(cycle(ground.samples), BODIES)
    return [Asked("/reports", tokens[sample["user"]], submission(sample)) for sample in samples]


def _reads(name: str, answered: list[Answered]) -> list[Asked]:
    path = "/cases" if name == OURS else "/reports"
    return [Asked(f"{path}/{case_id}", token) for part in answered for case_id, token in part.submitted]


def _compared(both: Mapping[str, list[Answered]], seconds: float) -> dict[str, Any]:
    figures = {name: _figures(parts, seconds) for name, parts in both.items()}
    ratio = figures[OURS]["requests_per_second"] / figures[BARE]["requests_per_second"]
    return {**figures, "ours_to_bare": ratio}


def _figures(parts: list[Answered], seconds: float) -> dict[str, Any]:
    ms = [1000 * duration for part in parts for duration in part.durations]
    spread = {"p50": percentile(ms, 0.5), "p99": percentile(ms, 0.99)}
    return {"requests_per_second": len(ms) / (seconds * len(parts)), "ms": spread}


@contextmanager
def _bare_edge(ground: Ground) -> Iterator[str]:
    """Its address, for as long as it runs; nothing of it stays."""
    port = Ports.free().gateway
    os.environ["BARE_PORT"] = str(port)
    commands = [_command(service.__name__) for service in (BareStore, BareEdge)]
    gateway = f"http://{LOOPBACK}:{port}"
    try:
        with running(ground, commands):
            wait_until(lambda: _answers(gateway), STARTING_SECONDS, f"{EDGE} does not answer")
            yield gateway
    finally:
        ground.channel.queue_delete(rpc_queue(STORE))
        ground.client.drop_database(STORE)


def _answers(gateway: str) -> bool:
    try:
        return requests.get(f"{gateway}/reports", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _command(service: str) -> tuple[str, ...]:
    configuration = "benchmarks/gateway/bare_services.yaml"
    return in_this_environment(
        ("nameko", "run", "--config", configuration, f"benchmarks.gateway.bare_services:{service}")
    )
