"""As many requests as so many clients get answered, one after the other each, from a process of their own."""

import itertools
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from benchmarks.loop.http import Client

SUBMIT, READ, LIST = "submit", "read", "list"


class Refused(Exception):
    """An answer that is none."""


@dataclass(frozen=True)
class Asked:
    path: str
    token: str
    body: Any = None
    """Posted, where there is one."""


@dataclass(frozen=True)
class Answered:
    """Durations in seconds, and the ids of what was submitted, each with the token of who did."""

    durations: list[float] = field(repr=False)
    submitted: list[tuple[str, str]] = field(repr=False)


def saturate(gateway: str, requests: Sequence[Asked], clients: int, seconds: float) -> Answered:
    """Over and over the requests. Raises Refused."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_saturate, gateway, requests, clients, seconds).result()


def _saturate(gateway: str, requests: Sequence[Asked], clients: int, seconds: float) -> Answered:
    shared = _Shared(itertools.cycle(requests), time.monotonic() + seconds)
    with ThreadPoolExecutor(clients) as pool:
        parts = [part.result() for part in [pool.submit(_ask, gateway, shared) for _ in range(clients)]]
    return Answered(
        [one for part in parts for one in part.durations], [one for part in parts for one in part.submitted]
    )


@dataclass(frozen=True)
class _Shared:
    requests: Iterator[Asked]
    until: float


def _ask(gateway: str, shared: _Shared) -> Answered:
    client, part = Client(gateway), Answered([], [])
    while time.monotonic() < shared.until:
        asked = next(shared.requests)
        began = time.perf_counter()
        posts = asked.body is not None
        answer = client.post(asked.path, asked.token, asked.body) if posts else client.get(asked.path, asked.token)
        part.durations.append(time.perf_counter() - began)
        if answer.status >= 400:
            raise Refused(f"{asked.path}: {answer.status} {answer.content}")
        if posts:
            part.submitted.append((answer.content.get("case_id") or answer.content["_id"], asked.token))
    return part
