"""The most memory that each process had while a block ran."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil

EVERY = 0.2
"""Seconds between two looks."""
MIB = 2**20


@contextmanager
def watched(pids: Mapping[str, int]) -> Iterator[dict[str, float]]:
    """Resident MiB by name, growing while the block runs."""
    processes = {name: psutil.Process(pid) for name, pid in pids.items()}
    most = dict.fromkeys(processes, 0.0)
    enough = Event()

    def look() -> None:
        while not enough.wait(EVERY):
            for name, process in processes.items():
                with suppress(psutil.Error):
                    most[name] = max(most[name], process.memory_info().rss / MIB)

    watcher = Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        enough.set()
        watcher.join()
