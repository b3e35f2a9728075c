"""Lines between the services and their servers."""

import time
from collections.abc import Callable
from functools import partial

from chaos.fault import NETWORK, Fault
from chaos.ground import Ground
from chaos.proxy import Proxy

SECONDS = 6.0
PAST_TIMEOUTS = 10.0
"""Longer than a service waits for an answer of the database."""
EACH = 0.5
DELAY = 0.05
"""Seconds, each way: as over a line through half a continent."""


def harm(ground: Ground, server: str, how: Callable[[Proxy], None], seconds: float = SECONDS) -> None:
    line = ground.lines[server]
    how(line)
    time.sleep(seconds)
    line.mend()


def flap(ground: Ground) -> None:
    """Every connection breaks, again and again."""
    ending = time.monotonic() + SECONDS
    while time.monotonic() < ending:
        for line in ground.lines.values():
            line.reset()
        time.sleep(EACH)


def _slow(line: Proxy) -> None:
    line.slow(DELAY)


HARMS = {
    "cut": ("断线 refused for {:g} s", Proxy.cut, SECONDS),
    "silent": ("无响应 nothing passes for {:g} s", Proxy.silence, PAST_TIMEOUTS),
    "half-open": ("半开 only the client believes in the line, for {:g} s", Proxy.forget, SECONDS),
    "mute": ("丢应答 answers vanish for {:g} s", Proxy.mute, SECONDS),
    "slow": (f"迟缓 {1000 * DELAY:g} ms more each way for {{:g}} s", _slow, SECONDS),
}
SERVERS = {"amqp": "broker", "mongod": "database"}

FAULTS = (
    *(
        Fault(
            f"{harmed}-{name}",
            NETWORK,
            f"{label.format(seconds)}: {name}",
            partial(harm, server=server, how=how, seconds=seconds),
        )
        for harmed, (label, how, seconds) in HARMS.items()
        for server, name in SERVERS.items()
    ),
    Fault("flap", NETWORK, f"闪断 every line broken each {EACH:g} s, for {SECONDS:g} s", flap),
)
