"""The proof: cases are reported, each is watched, and while reports come in at a rate everything is restarted."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any
from uuid import uuid4

from pymongo import MongoClient

from benchmarks.live.reporting import report_at_a_rate
from benchmarks.live.watchers import Heard, Target, watch_all
from benchmarks.loop.http import Client
from shared.contracts.topology import DISPATCH, EVALUATION, FEED, GATEWAY, INTAKE
from shared.kernel.actor import RESIDENT, Actor
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR
from steward.stack.waiting import wait_until
from steward.token import stack_tokens

RESTARTED = (FEED, GATEWAY, "rabbitmq")
CLIENTS = 8
SETTLING = 180.0
"""Seconds that the last event may take to its watcher, with all that was restarted."""
STORES = {INTAKE: "reports", DISPATCH: "work_orders", EVALUATION: "evaluations"}
SETTINGS = {"CONNECTIONS": "5000", "CONNECTIONS_PER_ADDRESS": "5000", "LIMITS": "off"}
"""All clients of the proof come from one address, which is nobody's household."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Outcome:
    """`faults` names what went wrong with which case; empty when every watcher got everything, once and in order."""

    watchers: int
    events: int
    reconnections: int
    seconds: float
    restarted: tuple[str, ...]
    faults: list[str] = field(default_factory=list)


def prove(stack: Stack, watchers: int, rate: float, seconds: float, say: Say = print) -> Outcome:
    """`rate` reports a second for so many seconds, and meanwhile each of `RESTARTED` killed once."""
    say(f"上报 {watchers} cases to be watched")
    targets = _report(stack, watchers)
    with _watching(stack.addresses.gateway, targets) as ears:
        say("连接 Connecting")
        _until(ears, lambda told: told[0] == watchers, "not everybody is connected")
        began = time.monotonic()
        say(f"负载 {rate:g} reports a second for {seconds:g} s")
        expected = _load(stack, targets, rate, seconds)
        say("收齐 Waiting for the last event")
        wanted = sum(sum(sources.values()) for sources in expected.values())
        is_whole = _until(ears, lambda told: told[1] >= wanted, "", patient=False)
        took = time.monotonic() - began
        ears.send("stop")
        heard = _answer(ears)
    faults = [fault for one in heard for fault in _faults(one, expected[one.case_id])]
    if not is_whole and not faults:
        faults = ["not everything had come in time"]
    events = sum(len(one.events) for one in heard)
    again = sum(one.connections - 1 for one in heard)
    return Outcome(watchers, events, again, took, RESTARTED, faults)


def _report(stack: Stack, count: int) -> list[Target]:
    """Real reports of as many residents, over HTTP."""
    tokens = stack_tokens(stack)

    def report(number: int) -> Target:
        token = tokens.issue(Actor(f"watcher-{number}-{uuid4()}", RESIDENT), timedelta(hours=2))
        answer = Client(stack.addresses.gateway).post("/reports", token, {"text": f"{uuid4()}"})
        if answer.status != 201:
            raise RuntimeError(f"not reported: {answer}")
        return Target(answer.content["case_id"], token)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(report, range(count)))


def _load(stack: Stack, targets: list[Target], rate: float, seconds: float) -> dict[str, dict[str, int]]:
    """Case → source → how many events there are of it, once all is published."""
    own = _published(stack, [target.case_id for target in targets])
    amqp_uri = stack.addresses.amqp_uri(INTAKE)
    with ThreadPoolExecutor(1) as pool:
        watched = {case_id: sources[INTAKE] for case_id, sources in own.items()}
        reporting = pool.submit(report_at_a_rate, amqp_uri, watched, rate, seconds)
        for victim in RESTARTED:
            time.sleep(seconds / (len(RESTARTED) + 1))
            stack.kill(victim)
            stack.wait_for_servers()
            stack.wait_for_services()
        sequences = reporting.result()
    said = _published(stack, list(own))
    return {case_id: {**said[case_id], INTAKE: sequences[case_id]} for case_id in own}


def _published(stack: Stack, case_ids: list[str]) -> dict[str, dict[str, int]]:
    """How many events each service has of each case, in its own store."""
    counts: dict[str, dict[str, int]] = {case_id: {} for case_id in case_ids}
    client: MongoClient[dict[str, Any]] = MongoClient(stack.addresses.mongo_uri(ADMINISTRATOR))
    with client:
        for service, collection in STORES.items():
            for found in client[service][collection].find({"_id": {"$in": case_ids}}, {"version": 1}):
                counts[found["_id"]][service] = found["version"]
    return counts


def _faults(heard: Heard, expected: dict[str, int]) -> Iterator[str]:
    positions = [position for position, _, _ in heard.events]
    if positions != sorted(set(positions)):
        yield f"{heard.case_id}: positions went back"
    if heard.resets:
        yield f"{heard.case_id}: was told to read anew"
    for source, last in expected.items():
        told = [sequence for _, of, sequence in heard.events if of == source]
        if told != list(range(1, last + 1)):
            odd = [number for number, times in Counter([*told, *range(1, last + 1)]).items() if times != 2]
            yield f"{heard.case_id}: of {source}'s {last} events {odd or 'the order'} went wrong"


@contextmanager
def _watching(gateway: str, targets: list[Target]) -> Iterator[Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=watch_all, args=(gateway, targets, theirs), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.kill()
        process.join()


def _until(ears: Connection, condition: Callable[[Any], bool], complaint: str, patient: bool = True) -> bool:
    """Whether what the watchers tell of themselves came to be so in time."""
    told: list[Any] = []

    def is_so() -> bool:
        while ears.poll():
            told.append(ears.recv())
        return bool(told) and condition(told[-1])

    try:
        wait_until(is_so, SETTLING, complaint)
    except Exception:
        if patient:
            raise
        return False
    return True


def _answer(ears: Connection) -> list[Heard]:
    """Behind what they have told before."""
    while not isinstance(told := ears.recv(), list):
        pass
    return told
