"""The inner HTTP side, for the gateway alone: bytes come in and go out as a stream, under a ticket that says which.

RPC is for calls: fifteen megabytes in a message would be in the memory of broker, gateway and service at once.
"""

from typing import Any

from flask import Flask, Response, abort, jsonify, request
from pymongo.errors import PyMongoError

from services.pictures.handlers import Pictures
from services.pictures.reception import Upload
from services.pictures.showing import shown
from shared.contracts.pictures import COPIES_TYPE, ORIGINAL, VARIANTS
from shared.contracts.refusals import refusal_to_json
from shared.kernel.errors import DomainError, Unavailable
from shared.runtime.clock import now
from shared.runtime.faults import is_mongo_away
from shared.runtime.tickets import KEEP, READ, InvalidTicket, Tickets

REFUSED = 422
"""Whatever the refusal: the body says which."""


def create_app(pictures: Pictures, tickets: Tickets) -> Flask:
    app = Flask("pictures")
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(InvalidTicket, lambda error: ("", 401))
    app.register_error_handler(PyMongoError, _of_database)

    @app.post("/pictures")
    def keep() -> tuple[Response, int]:
        said = _ticket(tickets, KEEP)
        upload = Upload(said["owner"], said["key"], said["declared"])
        picture = pictures.receive(upload, request.stream, now())
        return jsonify(shown(picture)), 201

    @app.get("/pictures/<picture_id>/<any({}):variant>".format(", ".join(VARIANTS)))
    def read(picture_id: str, variant: str) -> Response:
        said = _ticket(tickets, READ)
        if (said["picture_id"], said["variant"]) != (picture_id, variant):
            abort(401)
        picture, pieces = pictures.read(picture_id, variant)
        media_type = picture.media_type if variant == ORIGINAL else COPIES_TYPE
        return Response(pieces, headers={"Content-Length": str(picture.sizes[variant])}, content_type=media_type)

    return app


def _ticket(tickets: Tickets, purpose: str) -> dict[str, Any]:
    return tickets.read(purpose, request.headers.get("Authorization", "").removeprefix("Bearer "))


def _of_database(error: PyMongoError) -> tuple[Response, int]:
    if is_mongo_away(error):
        return _refused(Unavailable("pictures"))
    raise error


def _refused(error: DomainError) -> tuple[Response, int]:
    return jsonify(refusal_to_json(error)), REFUSED
