"""Every fault that is tried, by family."""

from chaos.fault import Fault
from chaos.faults import processes

FAULTS: tuple[Fault, ...] = processes.FAULTS
