"""HTTP for who has other systems told: webhooks, and what could not be delivered to them."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.rest.bodies import as_it_came
from services.gateway.rest.reading import LINK, PageQuery, paged
from services.gateway.rest.steps import StepHeaders
from shared.contracts.topology import FEED
from shared.contracts.webhooks import DeadView, RedeliveryView, RegisteredView, RegisterWebhook, WebhookView
from shared.kernel.actor import DISPATCHER, OPERATOR
from shared.runtime.calls import Calls


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/webhooks", methods=["POST"])
    @blueprint.doc(summary="登记推送 Have another system told", security=BEARER)
    @requires(OPERATOR, DISPATCHER)
    @blueprint.arguments(StepHeaders(), location="headers")
    @blueprint.arguments(RegisterWebhook)
    @blueprint.response(201, RegisteredView)
    def register_webhook(headers: dict[str, str], _body: dict[str, Any]) -> tuple[Response, int]:
        made = calls.call(FEED, "register_webhook", by=caller(), key=headers["key"], body=as_it_came())
        return jsonify(made), 201

    @blueprint.route("/webhooks")
    @blueprint.doc(summary="推送列表 Which systems are told", security=BEARER)
    @requires(OPERATOR, DISPATCHER)
    @blueprint.response(200, WebhookView(many=True))
    def list_webhooks() -> Response:
        return jsonify(calls.call(FEED, "list_webhooks", by=caller()))

    @blueprint.route("/webhooks/<uuid:webhook_id>", methods=["DELETE"])
    @blueprint.doc(summary="取消推送 Tell that system no more", security=BEARER)
    @requires(OPERATOR, DISPATCHER)
    @blueprint.response(204, description="It is told no more.")
    def delete_webhook(webhook_id: Any) -> None:
        calls.call(FEED, "delete_webhook", by=caller(), webhook_id=str(webhook_id))

    @blueprint.route("/webhooks/<uuid:webhook_id>/dead")
    @blueprint.doc(summary="推送失败 What could not be delivered", security=BEARER)
    @requires(OPERATOR, DISPATCHER)
    @blueprint.arguments(PageQuery, location="query")
    @blueprint.response(200, DeadView(many=True), headers=LINK)
    def list_dead(query: dict[str, Any], webhook_id: Any) -> Response:
        return paged(calls.call(FEED, "list_dead", by=caller(), webhook_id=str(webhook_id), **query))

    @blueprint.route("/webhooks/<uuid:webhook_id>/redeliver", methods=["POST"])
    @blueprint.doc(summary="重新推送 Send again what could not be delivered", security=BEARER)
    @requires(OPERATOR, DISPATCHER)
    @blueprint.response(200, RedeliveryView)
    def redeliver(webhook_id: Any) -> Response:
        return jsonify(calls.call(FEED, "redeliver", by=caller(), webhook_id=str(webhook_id)))
