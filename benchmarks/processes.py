"""What the running processes cost, and holding them still."""

import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import psutil

OTHERS = "others"
"""All else that runs on the machine: a figure taken beside much of it says little."""

Seconds = dict[str, float]


class Meter:
    """CPU seconds by process since it was made, user and system together, all threads included."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items()}
        self._began = self._now()

    def read(self) -> Seconds:
        spent = {name: seconds - self._began[name] for name, seconds in self._now().items()}
        everything = spent.pop(OTHERS)
        return {**spent, OTHERS: max(0.0, everything - sum(spent.values()))}

    def _now(self) -> Seconds:
        """By process, and under `OTHERS` for now the whole machine's."""
        times = {name: process.cpu_times() for name, process in self._processes.items()}
        machine = psutil.cpu_times()
        spent = {name: process.user + process.system for name, process in times.items()}
        return {**spent, OTHERS: machine.user + machine.system}


@contextmanager
def held(pids: Iterable[int]) -> Iterator[None]:
    """The processes stand still, connected and ready, while the block runs."""
    frozen = [psutil.Process(pid) for pid in pids]
    try:
        for process in frozen:
            process.send_signal(signal.SIGSTOP)
        yield
    finally:
        for process in frozen:
            process.send_signal(signal.SIGCONT)
