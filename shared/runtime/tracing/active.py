"""The one switch that whatever runs asks: whether this process traces."""

from opentelemetry.trace import Tracer, TracerProvider

_provider: TracerProvider | None = None
_tracer: Tracer | None = None


def active() -> Tracer | None:
    """What makes spans; None while this process does not trace."""
    return _tracer


def provider() -> TracerProvider | None:
    """The same for an instrumentation, which wants to name itself."""
    return _provider


def switch(on: TracerProvider | None) -> None:
    global _provider, _tracer
    _provider, _tracer = on, on.get_tracer("steward") if on else None
