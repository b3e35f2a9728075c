"""A process as `nameko run` makes one, with spans to deliver: prints how it fared.

Run by itself: only a process of its own can be patched for eventlet from its first line on.
"""

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import json
import sys
from time import monotonic, time_ns

from uuid_utils import uuid7

from shared.kernel.actor import Actor
from shared.kernel.case import Event
from shared.runtime.clock import now
from shared.runtime.messages import Publication
from shared.runtime.tracing.settings import read_tracing_settings
from shared.runtime.tracing.starting import ProcessTracing
from shared.runtime.tracing.steps import trace_steps

STEPS, SECONDS, TICK = 2500, 3, 0.01
"""More steps than fit into the queue of spans."""


class Heart:
    """Beats as long as nobody keeps all greenlets waiting."""

    beats = 0

    def beat(self) -> None:
        while True:
            eventlet.sleep(TICK)
            self.beats += 1


def main() -> None:
    settings = read_tracing_settings()
    assert settings
    tracing, heart = ProcessTracing("hub", settings), Heart()
    eventlet.spawn(heart.beat)
    for number in range(STEPS):
        event = Event(1, "ReportSubmitted", "submit", "submitted", now(), Actor("sample-resident", "resident"))
        trace_steps("intake", [Publication(str(uuid7()), event, {})], time_ns())
        eventlet.sleep(0 if number % 10 else TICK)
    eventlet.sleep(SECONDS)
    asked = monotonic()
    tracing.stop()
    json.dump({"beats": heart.beats, "stopping": monotonic() - asked}, sys.stdout)


if __name__ == "__main__":
    main()
