"""The one switch that whatever runs asks: whether this process traces."""

from opentelemetry.trace import Tracer

_tracer: Tracer | None = None


def active() -> Tracer | None:
    """What makes spans; None while this process does not trace."""
    return _tracer


def switch(tracer: Tracer | None) -> None:
    global _tracer  # noqa: PLW0603 - a process traces or does not, whoever asks
    _tracer = tracer
