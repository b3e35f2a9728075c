"""Sending a picture, and looking at one."""

from typing import Any
from uuid import uuid4

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint
from marshmallow import fields

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.pictures.giving import give_copy, give_original
from services.gateway.pictures.offering import offered
from services.gateway.pictures.sight import seen
from services.gateway.pictures.transfers import Transfers
from services.gateway.pictures.uploads import sent_with
from shared.contracts.fields import Strict
from shared.contracts.pictures import COPIES_TYPE, THUMBNAIL, VIEW, LookView, PictureView
from shared.contracts.topology import PICTURES
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD
from shared.runtime.calls import Calls
from shared.runtime.tickets import Tickets

SENT = PictureView()
DECIDERS = (DISPATCHER, INSPECTOR)
LOOKERS = (RESIDENT, STEWARD, DISPATCHER, INSPECTOR)
FILE = {"schema": {"type": "string", "format": "binary"}}
FORM = {"schema": {"type": "object", "properties": {"picture": FILE["schema"]}, "required": ["picture"]}}
KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic")
BODY = {"required": True, "content": {**dict.fromkeys(KINDS, FILE), "multipart/form-data": FORM}}


class ThumbnailQuery(Strict):
    ticket = fields.String(metadata={"description": "As in the address that POST /reports/similar gave."})


def register(blueprint: Blueprint, calls: Calls, transfers: Transfers, tickets: Tickets) -> None:
    @blueprint.route("/pictures", methods=["POST"])
    @blueprint.doc(
        summary="上传图片 Send a picture, to be named in a report or a completion", security=BEARER, requestBody=BODY
    )
    @requires(RESIDENT, STEWARD, DISPATCHER)
    @blueprint.response(201, PictureView)
    def send_picture() -> Response:
        sent = sent_with(request)
        # Repeating is optional here: what is sent twice without a key is two pictures, and the unnamed one goes.
        key = request.headers.get("Idempotency-Key") or str(uuid4())
        told = SENT.load(transfers.upload(sent, g.actor.subject, key))
        answer = jsonify(SENT.dump(told))
        answer.status_code = 201
        answer.headers["Location"] = f"/pictures/{told['picture_id']}"
        return answer

    @blueprint.route("/pictures/<uuid:picture_id>")
    @blueprint.doc(summary="查看图片 A picture, for those who may see its case", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.response(200, content_type=COPIES_TYPE)
    def get_picture(picture_id: Any) -> Response:
        return give_copy(transfers, seen(calls, str(picture_id), g.actor), VIEW)

    @blueprint.route("/pictures/<uuid:picture_id>/thumbnail")
    @blueprint.doc(summary="缩略图 The same, small", security=BEARER)
    @requires(*LOOKERS)
    @blueprint.arguments(ThumbnailQuery, location="query")
    @blueprint.response(200, content_type=COPIES_TYPE)
    def get_thumbnail(query: dict[str, str], picture_id: Any) -> Response:
        if ticket := query.get("ticket"):
            told = offered(calls, tickets, str(picture_id), ticket, g.actor.subject)
        else:
            told = seen(calls, str(picture_id), g.actor)
        return give_copy(transfers, told, THUMBNAIL)

    @blueprint.route("/pictures/<uuid:picture_id>/original")
    @blueprint.doc(summary="原图 As it was sent, for those who decide the case; each look is noted", security=BEARER)
    @requires(*DECIDERS)
    @blueprint.response(200, content_type="application/octet-stream")
    def get_original(picture_id: Any) -> Response:
        told = seen(calls, str(picture_id), g.actor)
        calls.call(PICTURES, "note_look", picture_id=told["picture_id"], by=caller())
        return give_original(transfers, told)

    @blueprint.route("/pictures/<uuid:picture_id>/looks")
    @blueprint.doc(summary="调阅记录 Who was given the original, the last first", security=BEARER)
    @requires(*DECIDERS)
    @blueprint.response(200, LookView(many=True))
    def list_looks(picture_id: Any) -> Response:
        told = seen(calls, str(picture_id), g.actor)
        return jsonify(calls.call(PICTURES, "list_looks", picture_id=told["picture_id"]))
