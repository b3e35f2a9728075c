"""HTTP for who watches: a case, or all that concerns them, as server-sent events."""

from collections.abc import Callable
from typing import Any

from flask import Response, g, request, stream_with_context
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, Schema, fields, validate

from services.gateway.identity.guard import BEARER, require_still, requires
from services.gateway.leaving import Leaving
from services.gateway.live.bell import Bell
from services.gateway.live.hub import Hub
from services.gateway.live.reader import LogReader, RemoteLog
from services.gateway.live.settings import LiveSettings, read_live_settings
from services.gateway.live.sse import CONTENT_TYPE, HEADERS
from services.gateway.live.stream import Stream
from services.gateway.live.watching import Watch, watch_case, watch_inbox
from shared.contracts.fields import Strict
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD, Actor
from shared.runtime.calls import Calls
from shared.runtime.settings import Settings

LAST_POSITION = 2**63 - 1
EVENTS = {
    "description": "The stream. `ready` comes first; each message is a change; `reset` asks to read anew.",
    "content": {CONTENT_TYPE: {"schema": {"type": "string"}}},
}


def position(**kwargs: Any) -> fields.Integer:
    return fields.Integer(validate=validate.Range(0, LAST_POSITION), **kwargs)


class AfterQuery(Strict):
    after = position(metadata={"description": "Go on after this position, as Last-Event-ID does; 0: all that is kept."})


class LastEvent(Schema):
    class Meta:
        unknown = EXCLUDE

    after = position(data_key="Last-Event-ID", metadata={"description": "Sent by browsers that come again."})


def register(blueprint: Blueprint, calls: Calls, settings: Settings, leaving: Leaving) -> None:
    log = RemoteLog(calls)
    hub = Hub(log, Bell(settings.amqp_uri))
    leaving.tell(hub.end)
    live = read_live_settings()

    @blueprint.route("/cases/<uuid:case_id>/events")
    @blueprint.doc(summary="案件动态 What happens to a case, as it happens", security=BEARER, responses={200: EVENTS})
    @requires(RESIDENT, STEWARD, DISPATCHER, INSPECTOR)
    @blueprint.arguments(LastEvent, location="headers")
    @blueprint.arguments(AfterQuery, location="query")
    def case_events(headers: dict[str, int], query: dict[str, int], case_id: Any) -> Response:
        return _streamed(hub, log, live, query | headers, lambda actor: watch_case(calls, str(case_id), actor))

    @blueprint.route("/inbox/events")
    @blueprint.doc(summary="待办动态 What happens to my cases, as it happens", security=BEARER, responses={200: EVENTS})
    @requires(STEWARD, DISPATCHER)
    @blueprint.arguments(LastEvent, location="headers")
    @blueprint.arguments(AfterQuery, location="query")
    def inbox_events(headers: dict[str, int], query: dict[str, int]) -> Response:
        return _streamed(hub, log, live, query | headers, watch_inbox)


def _streamed(
    hub: Hub, log: LogReader, live: LiveSettings, asked: dict[str, int], watch: Callable[[Actor], Watch]
) -> Response:
    """What cannot be watched is refused here, before anything is streamed."""
    actor: Actor = g.actor

    def judge() -> Watch:
        require_still(actor)
        return watch(actor)

    watched = watch(actor)
    after = asked["after"] if "after" in asked else log.tail()
    text = Stream(hub, log, live, judge, watched).run(after)
    request.environ["eventlet.minimum_write_chunk_size"] = 0  # else nothing goes out before there are 4 KB of it
    return Response(stream_with_context(text), content_type=CONTENT_TYPE, headers=HEADERS)
