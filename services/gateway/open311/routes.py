"""The addresses of the room: `/open311/v2` as GeoReport v2 has them, the same in English, and the discovery."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Blueprint, Flask, Response, request
from werkzeug.datastructures import MultiDict

from services.gateway.clients.client import Client
from services.gateway.language.choosing import spoken
from services.gateway.open311 import refusals, requests, services, submitting, updates
from services.gateway.open311.arguments import Arguments
from services.gateway.open311.discovery import ENDPOINTS, discovery
from services.gateway.open311.formats import JSON, XML, answer, xml
from services.gateway.open311.page import description
from services.gateway.open311.refusals import BAD, NO_KEY, NOTHING, refuse, require_format
from services.gateway.open311.settings import Open311Settings, read_open311_settings
from services.gateway.open311.wording import speaks
from services.gateway.protection.admission import admit_key
from shared.runtime.calls import Calls
from shared.runtime.clock import now

FORM = "application/x-www-form-urlencoded"
CREATED = 201
LONGEST_KEY = 128
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

KeyHolders = Callable[[str], Client | None]
"""Whose a key is."""


def register(app: Flask, calls: Calls, holder_of: KeyHolders) -> None:
    settings = read_open311_settings()
    for prefix in ENDPOINTS:
        app.register_blueprint(create(prefix, calls, holder_of, settings))
    app.register_blueprint(create_discovery(settings))


def create_discovery(settings: Open311Settings) -> Blueprint:
    """Also the answer for all that there is not below `/open311`, in the words of the specification."""
    blueprint = Blueprint("open311_discovery", __name__, url_prefix="/open311", template_folder="templates")
    refusals.register(blueprint)

    @blueprint.get("/")
    def describe() -> Response:
        return _in_language(description(discovery(settings)))

    @blueprint.get("/discovery.<extension>")
    def discover(extension: str) -> Response:
        require_format(extension)
        told = discovery(settings)
        if extension == XML:
            return _in_language(Response(xml("discovery", told), content_type="text/xml"))
        return _in_language(answer("discovery", told, JSON))

    @blueprint.route("/<path:rest>", methods=METHODS)
    def nothing(rest: str) -> Response:
        if request.method != "GET":
            raise refuse(BAD, f"This address does not know the method {request.method}.")
        raise refuse(NOTHING, "There is nothing at this address.")

    return blueprint


def create(prefix: str, calls: Calls, holder_of: KeyHolders, settings: Open311Settings) -> Blueprint:
    blueprint = Blueprint(prefix.strip("/").replace("/", "_"), __name__, url_prefix=prefix)
    refusals.register(blueprint)

    @blueprint.before_request
    def _of_this_jurisdiction() -> None:
        require_format(request.path.rpartition(".")[2])
        named = request.values.get("jurisdiction_id", "").strip()
        if named and settings.jurisdiction and named != settings.jurisdiction:
            raise refuse(NOTHING, "This endpoint does not serve that jurisdiction.", "jurisdiction_id")

    @blueprint.get("/services.<extension>")
    def list_services(extension: str) -> Response:
        return _answered("services", services.service_list(calls), extension)

    @blueprint.get("/services/<code>.<extension>")
    def define_service(code: str, extension: str) -> Response:
        return _answered("service_definition", services.definition(calls, code), extension)

    @blueprint.get("/requests.<extension>")
    def list_requests(extension: str) -> Response:
        given = Arguments(request.args)
        asked = requests.sought(given, calls, now())
        return _listed("service_requests", _found(given, asked), extension, asked)

    @blueprint.get("/requests/<case_id>.<extension>")
    def get_request(case_id: str, extension: str) -> Response:
        return _answered("service_requests", _found(Arguments(request.args), {"case_ids": [case_id]}), extension)

    @blueprint.post("/requests.<extension>")
    def post_request(extension: str) -> Response:
        given, client, key = _form(), _client(holder_of), _key()
        made = submitting.submit(calls, given, client.actor, key)
        response = _answered("service_requests", [made], extension, CREATED)
        response.headers["Location"] = f"{prefix}/requests/{made['service_request_id']}.{extension}"
        response.headers["Open311-Token"] = submitting.token_of(client.actor, key)
        return response

    @blueprint.get("/tokens/<token>.<extension>")
    def redeem_token(token: str, extension: str) -> Response:
        return _answered("service_requests", [submitting.redeem(calls, token)], extension)

    @blueprint.get("/servicerequestupdates.<extension>")
    def list_updates(extension: str) -> Response:
        asked = updates.sought(Arguments(request.args), now())
        return _listed("service_request_updates", updates.found(calls, asked), extension, asked)

    @blueprint.post("/servicerequestupdates.<extension>")
    def post_update(extension: str) -> Response:
        made = updates.add(calls, _form(), _client(holder_of).actor, _key())
        return _answered("service_request_updates", [made], extension, CREATED)

    def _found(given: Arguments, asked: dict[str, Any]) -> list[dict[str, Any]]:
        viewer = _client(holder_of).actor.subject if given.text("api_key") else None
        return requests.found(calls, asked, viewer, extended=given.is_set("extensions"))

    return blueprint


def _client(holder_of: KeyHolders) -> Client:
    """Raises Refused without a key, or with one that is nobody's, and TooMany."""
    key = request.values.get("api_key", "").strip()
    if not key:
        raise refuse(NO_KEY, "Send the api_key that you were given.", "api_key")
    client = holder_of(key)
    if client is None:
        raise refuse(NO_KEY, "It is not a key of anybody, or not any more.", "api_key")
    admit_key(client.client_id)
    return client


def _form() -> Arguments:
    if request.mimetype != FORM:
        raise refuse(BAD, f"Send the arguments as {FORM}.")
    return Arguments(MultiDict(request.form))


def _key() -> str:
    """The caller's, so that the same may be sent again; else one of our own."""
    key = request.headers.get("Idempotency-Key", "").strip() or str(uuid4())
    if len(key) > LONGEST_KEY:
        raise refuse(BAD, f"Longer than {LONGEST_KEY} characters.", "Idempotency-Key")
    return key


def _listed(root: str, rows: list[dict[str, Any]], extension: str, asked: dict[str, Any]) -> Response:
    """A full page says where the next one is."""
    response = _answered(root, rows, extension)
    if len(rows) == asked["limit"] and "skip" in asked:
        page = asked["skip"] // asked["limit"] + 2
        query = request.args.to_dict(flat=False) | {"page": [page], "page_size": [asked["limit"]]}
        response.headers["Link"] = f'<{request.path}?{urlencode(query, doseq=True)}>; rel="next"'
    return response


def _answered(root: str, content: Any, extension: str, status: int = 200) -> Response:
    return _in_language(answer(root, content, extension, status))


def _in_language(response: Response) -> Response:
    return spoken(response, speaks())
