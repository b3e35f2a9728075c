"""Sending a picture, and looking at one."""

from typing import Any
from uuid import uuid4

from flask import Response, g, jsonify, request
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, requires
from services.gateway.pictures.giving import give_copy
from services.gateway.pictures.sight import seen
from services.gateway.pictures.transfers import Transfers
from services.gateway.pictures.uploads import sent_with
from shared.contracts.pictures import COPIES_TYPE, THUMBNAIL, VIEW, PictureView
from shared.kernel.actor import DISPATCHER, INSPECTOR, RESIDENT, STEWARD
from shared.runtime.calls import Calls

SENT = PictureView()
LOOKERS = (RESIDENT, STEWARD, DISPATCHER, INSPECTOR)
FILE = {"schema": {"type": "string", "format": "binary"}}
FORM = {"schema": {"type": "object", "properties": {"picture": FILE["schema"]}, "required": ["picture"]}}
KINDS = ("image/jpeg", "image/png", "image/webp", "image/heic")
BODY = {"required": True, "content": {**dict.fromkeys(KINDS, FILE), "multipart/form-data": FORM}}


def register(blueprint: Blueprint, calls: Calls, transfers: Transfers) -> None:
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
    @blueprint.response(200, content_type=COPIES_TYPE)
    def get_thumbnail(picture_id: Any) -> Response:
        return give_copy(transfers, seen(calls, str(picture_id), g.actor), THUMBNAIL)
