"""Every fault that is tried, by family."""

from chaos.fault import Fault
from chaos.faults import clock, disk, messages, network, processes, queues

FAULTS: tuple[Fault, ...] = (
    *processes.FAULTS,
    *network.FAULTS,
    *queues.FAULTS,
    *disk.FAULTS,
    *clock.FAULTS,
    *messages.FAULTS,
)
