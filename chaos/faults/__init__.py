"""Every fault that is tried, by family."""

from chaos.fault import Fault
from chaos.faults import network, processes

FAULTS: tuple[Fault, ...] = (*processes.FAULTS, *network.FAULTS)
