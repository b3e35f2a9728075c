"""The WSGI application: flask-smorest on marshmallow, OpenAPI 3.1 from the schemas that check the requests."""

from flask import Flask
from flask_smorest import Api

from services.gateway import health, log_ids, measuring, problems
from services.gateway.analysis import exports
from services.gateway.analysis import routes as analysis
from services.gateway.clients.repository import Clients
from services.gateway.following import page as follow_page
from services.gateway.following import routes as following
from services.gateway.identity.gate import open_gate
from services.gateway.identity.phones import Phones
from services.gateway.imports import routes as imports
from services.gateway.imports.repository import Imports
from services.gateway.leaving import Leaving
from services.gateway.live import city_map, webhooks
from services.gateway.live import routes as live
from services.gateway.open311 import routes as open311
from services.gateway.openapi import serving as openapi
from services.gateway.operator import page as operator_page
from services.gateway.operator.asking import Lookout, observer_of
from services.gateway.pages import rating_page
from services.gateway.pictures import routes as pictures
from services.gateway.pictures.settings import read_picture_settings
from services.gateway.pictures.transfers import Transfers
from services.gateway.protection.edge import Edge
from services.gateway.rest import campaigns, hints, leaves, looks, quick, rating_links, reading, steps
from services.gateway.rest.room import Room
from services.gateway.tracing import trace_requests
from shared.contracts.topology import GATEWAY
from shared.runtime.calls import Calls
from shared.runtime.mongo import connect
from shared.runtime.settings import Settings
from shared.runtime.tickets import Tickets

BODY_LIMIT = 64 * 1024
"""Bytes; 5,000 Chinese characters are 15,000 of them."""

OPENAPI = {
    "API_TITLE": "红管家 Neighbourhood steward",
    "API_VERSION": "1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    },
}


def create_app(settings: Settings, calls: Calls) -> Flask:
    app = Flask("gateway")
    trace_requests(app)
    app.config.update(OPENAPI, MAX_CONTENT_LENGTH=BODY_LIMIT)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["gate"] = open_gate(settings)
    app.extensions["leaving"] = leaving = Leaving()
    app.extensions["phones"] = Phones(settings.phone_secret)
    database = connect(settings.mongo_uri, GATEWAY)
    measuring.register(app)
    log_ids.register(app)
    edge = Edge(database, settings.mongo_uri)
    edge.protect(app)
    kept = read_picture_settings()
    tickets = Tickets(kept.secret)
    api = Api(app)
    loop = Room("loop", __name__, description="上报 · 派单 · 服务 · 评价")
    steps.register(loop, calls)
    quick.register(loop, calls)
    hints.register(loop, calls, tickets)
    reading.register(loop, calls)
    leaves.register(loop, calls)
    looks.register(loop, calls)
    rating_links.register(loop, calls)
    campaigns.register(loop, calls)
    following.register(loop, calls)
    imports.register(loop, calls, Imports(database))
    edge.register(loop, calls)
    pictures.register(loop, calls, Transfers(kept.url, tickets), tickets)
    api.register_blueprint(loop)
    analysts = Room("analysis", __name__, description="指标 · 月报")
    analysis.register(analysts, calls)
    exports.register(analysts, calls)
    api.register_blueprint(analysts)
    watching = Room("live", __name__, description="动态")
    live.register(watching, calls, settings, leaving)
    city_map.register(watching, calls)
    webhooks.register(watching, calls)
    api.register_blueprint(watching)
    app.register_blueprint(health.create(calls))
    app.register_blueprint(rating_page.create(calls))
    app.register_blueprint(follow_page.create(calls))
    app.register_blueprint(operator_page.create(Lookout(observer_of(settings, calls)), leaving))
    open311.register(app, calls, Clients(database).by_key)
    openapi.register(app, api)
    problems.register(app)
    return app
