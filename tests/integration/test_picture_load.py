"""Many large pictures at once, and a process that dies under them: bounded memory, nothing lost, nothing half."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import uuid4

import psutil
import pytest
import requests

from services.pictures.processing.__main__ import MEMORY
from services.pictures.processing.running import AT_ONCE
from shared.contracts.topology import GATEWAY, PICTURES
from steward.stack import Stack
from tests.integration.test_pictures_http import look
from tests.support.http import Person, resident
from tests.support.pictures import encoded, noise, send

pytestmark = [pytest.mark.servers, pytest.mark.faults]

UPLOADS = 24
PATIENCE = 300
"""Seconds until an upload that is repeated must have been taken, on a machine that does other things too."""


@pytest.fixture(scope="module")
def large() -> bytes:
    """As large as may be sent."""
    data = encoded(noise(4000, 3000), quality=95)
    assert len(data) < 15 * 1024 * 1024
    return data + b"\0" * (14 * 1024 * 1024 - len(data))


class Watch:
    """The most memory, in bytes, and the most decoding processes, seen while the block runs."""

    def __init__(self, stack: Stack) -> None:
        self._processes = {name: psutil.Process(stack.pid(name)) for name in (GATEWAY, PICTURES)}
        self._before = {name: process.memory_info().rss for name, process in self._processes.items()}
        self._over = Event()
        self.growth = dict.fromkeys(self._processes, 0)
        self.decoding = 0
        self.largest = 0

    def __enter__(self) -> "Watch":
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            for name, process in self._processes.items():
                self.growth[name] = max(self.growth[name], process.memory_info().rss - self._before[name])
            sizes = [size for child in self._processes[PICTURES].children() if (size := _size(child))]
            self.decoding, self.largest = max(self.decoding, len(sizes)), max(self.largest, *sizes, 0)


def _size(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def upload(by: Person, data: bytes, key: str) -> str:
    """As a phone does it: again with the same key, until it is taken."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = send(by, data, key=key)
        except requests.ConnectionError:
            answer = None
        if answer is not None and answer.status_code == 201:
            return str(answer.json()["picture_id"])
        assert answer is None or answer.status_code == 503, answer.text
        assert time.monotonic() < deadline
        time.sleep(1)


def test_many_large_ones_at_once_are_all_taken_in_bounded_memory(stack: Stack, large: bytes) -> None:
    people = [resident(stack) for _ in range(UPLOADS)]
    upload(people[0], large, str(uuid4()))  # what is loaded only once is loaded
    with Watch(stack) as seen, ThreadPoolExecutor(UPLOADS) as pool:
        waiting = [pool.submit(upload, one, large, str(uuid4())) for one in people]
        alive = 0
        while not all(one.done() for one in waiting):
            alive += requests.get(f"{stack.addresses.gateway}/health/live", timeout=30).status_code == 200
            time.sleep(0.2)
        taken = [one.result() for one in waiting]
    sent = UPLOADS * len(large)
    assert len(set(taken)) == UPLOADS
    assert alive > 1
    assert 1 <= seen.decoding <= AT_ONCE
    assert seen.largest < MEMORY
    assert seen.growth[GATEWAY] < sent / 8, seen.growth
    assert seen.growth[PICTURES] < sent / 2, seen.growth


def test_killed_under_uploads_it_takes_each_in_the_end_and_shows_none_half(stack: Stack) -> None:
    people = [(resident(stack), str(uuid4())) for _ in range(6)]
    data = encoded(noise(2000, 1500), quality=90)
    with ThreadPoolExecutor(len(people)) as pool:
        waiting = [pool.submit(upload, one, data, key) for one, key in people]
        for _ in range(2):
            time.sleep(1.5)
            stack.kill(PICTURES)
            stack.wait_for_services()
        taken = [one.result() for one in waiting]
    for (one, key), picture_id in zip(people, taken, strict=True):
        assert upload(one, data, key) == picture_id
        assert look(one, f"/pictures/{picture_id}").status_code == 200
        assert look(one, f"/pictures/{picture_id}/thumbnail").status_code == 200
