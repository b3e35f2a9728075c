"""A broker that takes nothing more: full queues, alarms, clients sent away."""

import time

from chaos.broker import close_connections, limited, short_of_memory
from chaos.fault import QUEUES, Fault
from chaos.faults.processes import hanging
from chaos.ground import Ground
from shared.contracts.topology import DISPATCH

SECONDS = 5.0
MOST = 2


def fill_inbox(ground: Ground) -> None:
    """Nobody takes anything out, so the next event finds no room."""
    with limited(ground.stack, rf"^{DISPATCH}\.inbox$", MOST), hanging(ground, DISPATCH):
        time.sleep(SECONDS)


def refuse_everything(ground: Ground) -> None:
    """No event finds room anywhere: neither inbox, nor retry, nor dead letters."""
    with limited(ground.stack, r"\.(inbox|dead|retry\..*)$", 0):
        time.sleep(SECONDS)


def alarm(ground: Ground) -> None:
    with short_of_memory(ground.stack):
        time.sleep(SECONDS)


def send_away(ground: Ground) -> None:
    close_connections(ground.stack)


FAULTS = (
    Fault("inbox-full", QUEUES, f"队列满 {DISPATCH}'s inbox full for {SECONDS:g} s", fill_inbox),
    Fault("queues-refuse", QUEUES, f"拒收 every queue refuses for {SECONDS:g} s", refuse_everything),
    Fault("memory-alarm", QUEUES, f"内存告警 publishers blocked for {SECONDS:g} s", alarm),
    Fault("sent-away", QUEUES, "断开 every connection closed by the broker", send_away),
)
