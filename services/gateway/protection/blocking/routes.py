"""Blocks over HTTP: made, listed and lifted by whoever answers for the district."""

from typing import Any

from flask import Response, g, jsonify
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, requires
from services.gateway.protection.blocking.desk import Desk
from services.gateway.protection.blocking.repository import Blocks
from services.gateway.protection.blocking.schemas import BlocksQuery, BlockView, MakeBlock
from services.gateway.protection.blocking.watch import Watch
from services.gateway.rest.reading import LINK, paged
from services.gateway.rest.steps import StepHeaders
from shared.kernel.actor import DISPATCHER, OPERATOR
from shared.runtime.clock import now

VIEW = BlockView()


def register(blueprint: Blueprint, desk: Desk, blocks: Blocks, watch: Watch) -> None:
    @blueprint.route("/blocks", methods=["POST"])
    @blueprint.doc(summary="封禁 Block a person, a program or an address for a time", security=BEARER)
    @requires(DISPATCHER, OPERATOR)
    @blueprint.arguments(StepHeaders(), location="headers")
    @blueprint.arguments(MakeBlock())
    @blueprint.response(201, BlockView)
    def make_block(headers: dict[str, str], body: dict[str, Any]) -> Response:
        made = desk.block(g.actor, headers["key"], body, now())
        watch.look()
        answer = jsonify(VIEW.dump(made))
        answer.status_code = 201
        return answer

    @blueprint.route("/blocks")
    @blueprint.doc(summary="封禁名单 All blocks, the newest first, with what was done with them", security=BEARER)
    @requires(DISPATCHER, OPERATOR)
    @blueprint.arguments(BlocksQuery, location="query")
    @blueprint.response(200, BlockView(many=True), headers=LINK)
    def list_blocks(query: dict[str, Any]) -> Response:
        desk.require_authority(g.actor)
        page = blocks.page(query.get("after"))
        return paged({"items": VIEW.dump(page.items, many=True), "after": page.after})

    @blueprint.route("/blocks/<uuid:block_id>", methods=["DELETE"])
    @blueprint.doc(summary="解除封禁 Lift a block; its trace stays", security=BEARER)
    @requires(DISPATCHER, OPERATOR)
    @blueprint.response(200, BlockView)
    def lift_block(block_id: Any) -> Response:
        lifted = desk.lift(g.actor, str(block_id), now())
        watch.look()
        return jsonify(VIEW.dump(lifted))
