"""Requests as spans: Flask's instrumentation, told which trace a request belongs to.

Every request has an id, a UUID: of the case that its path names, or else a new one, which becomes the id of the case
that it makes. It is the id of its trace.
"""

from typing import Any
from uuid import UUID

from flask import Flask, g, request
from opentelemetry.context import Context
from opentelemetry.propagate import set_global_textmap
from opentelemetry.propagators.textmap import TextMapPropagator
from opentelemetry.trace import Span
from uuid_utils import uuid7

from shared.runtime.tracing.active import active, provider
from shared.runtime.tracing.ids import TRACEPARENT, chosen_trace_id, trace_id_of
from shared.runtime.tracing.propagation import read_traceparent

UNTRACED = "/health/"
"""Asked for every few seconds by what watches the process."""


NOWHERE = "HTTP"
"""The name of a request for what there is not: its path is anything that anybody cares to write."""


def request_id() -> str:
    """Of the request being served; of one that makes a case, the case's id too."""
    if "request_id" not in g:
        g.request_id = _case_in_path() or str(uuid7())
    return str(g.request_id)


def trace_requests(app: Flask) -> None:
    """Before anything else looks at a request, so that what refuses it is part of the trace too."""
    if not active():
        return
    from opentelemetry.instrumentation.flask import FlaskInstrumentor

    set_global_textmap(Unbelieving())
    app.before_request(_beginning)
    FlaskInstrumentor().instrument_app(  # type: ignore[no-untyped-call]
        app,
        tracer_provider=provider(),
        request_hook=_begun,
        excluded_urls=UNTRACED,
        enable_commenter=False,
    )


class Unbelieving(TextMapPropagator):
    """For the instrumentation, which would join whatever trace a caller names."""

    @property
    def fields(self) -> set[str]:
        return set()

    def extract(self, carrier: Any, context: Context | None = None, getter: Any = None) -> Context:
        return context or Context()

    def inject(self, carrier: Any, context: Context | None = None, setter: Any = None) -> None:
        """Whom to tell is decided where a call is made."""


def _beginning() -> None:
    chosen_trace_id.set(trace_id_of(request_id()))


def _begun(span: Span, _environ: object) -> None:
    """The caller's own trace is linked to, not joined: anybody may send any trace id."""
    chosen_trace_id.set(None)
    if request.url_rule is None:
        span.update_name(NOWHERE)
    if caller := read_traceparent(request.headers.get(TRACEPARENT)):
        span.add_link(caller)


def _case_in_path() -> str | None:
    try:
        return str(UUID(str((request.view_args or {}).get("case_id"))))
    except ValueError:
        return None
