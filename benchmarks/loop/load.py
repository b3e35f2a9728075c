"""The generator of the load, in a process of its own: closed (as many as the system carries) or open (at a rate)."""

import multiprocessing
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.loop.carrying import Carried, Carrier
from benchmarks.processes import Meter, Seconds
from benchmarks.sample import Sample

GENERATOR = "generator"
MOST_AT_ONCE = 64


@dataclass(frozen=True)
class Scene:
    """What the generator needs to know; it is sent to its process."""

    gateway: str
    tokens: Mapping[str, str]
    samples: list[Sample] = field(repr=False)
    pids: Mapping[str, int]
    """Of the processes whose CPU is to be metered with the generator's own."""

    def carriers(self) -> "Carriers":
        return Carriers(self)


@dataclass(frozen=True)
class Load:
    """Cases that were closed within `seconds`."""

    seconds: float
    carried: list[Carried] = field(repr=False)
    cpu: Seconds = field(repr=False)

    @property
    def rate(self) -> float:
        """Cases a second."""
        return len(self.carried) / self.seconds

    @property
    def cpu_ms(self) -> dict[str, float]:
        """CPU milliseconds a case, by process."""
        return {name: 1000 * seconds / len(self.carried) for name, seconds in self.cpu.items()}


class Carriers(threading.local):
    """One carrier a thread, as each keeps its connection."""

    def __init__(self, scene: Scene) -> None:
        self._carrier = Carrier(scene.gateway, scene.tokens)
        self._samples = scene.samples

    def carry(self) -> Carried:
        return self._carrier.carry(random.choice(self._samples))


def saturate(scene: Scene, clients: int, warm_up: float, seconds: float) -> Load:
    """`clients` at once, each carrying one case after the other; measured after `warm_up` seconds."""
    carriers, stop = scene.carriers(), threading.Event()

    def carry_on() -> list[Carried]:
        carried = []
        while not stop.is_set():
            carried.append(carriers.carry())
        return carried

    with ThreadPoolExecutor(clients) as pool:
        working = [pool.submit(carry_on) for _ in range(clients)]
        try:
            _sleep_watching(warm_up, working)
            meter, began = _meter(scene), time.monotonic()
            _sleep_watching(seconds, working)
            ended, cpu = time.monotonic(), meter.read()
        finally:
            stop.set()
    everything = [carried for client in working for carried in client.result()]
    return Load(ended - began, [carried for carried in everything if began <= carried.closed_at <= ended], cpu)


def pace(scene: Scene, rate: float, seconds: float) -> Load:
    """A new case `rate` times a second, however long the earlier ones take."""
    carriers, meter, began = scene.carriers(), _meter(scene), time.monotonic()
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        started = []
        for number in range(max(1, round(rate * seconds))):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            started.append(pool.submit(carriers.carry))
    return Load(time.monotonic() - began, [carrying.result() for carrying in started], meter.read())


def in_own_process(generate: Callable[..., Load], scene: Scene, *arguments: float) -> Load:
    """Its interpreter lock and its garbage are then nobody else's."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(generate, scene, *arguments).result()


def _meter(scene: Scene) -> Meter:
    return Meter({**scene.pids, GENERATOR: os.getpid()})


def _sleep_watching(seconds: float, working: list[Future[list[Carried]]]) -> None:
    """Raises what a client raised."""
    deadline = time.monotonic() + seconds
    while (remaining := deadline - time.monotonic()) > 0:
        time.sleep(min(0.1, remaining))
        for client in working:
            if client.done():
                client.result()
