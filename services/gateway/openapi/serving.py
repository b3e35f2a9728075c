"""Where the document is read: as JSON in either language, and as a page that needs no other server."""

import re
from collections.abc import Callable
from functools import cache

from flask import Blueprint, Flask, Response, json
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint

from services.gateway.language.choosing import LANGUAGES, Language, language, spoken
from services.gateway.openapi.document import compose

PAGE = "/docs"
PAGE_SETTINGS = {
    "app_name": "红管家 · Neighbourhood steward",
    "urls": [{"url": "/openapi.zh.json", "name": "中文"}, {"url": "/openapi.en.json", "name": "English"}],
    "validatorUrl": "none",
    "displayOperationId": True,
    "defaultModelsExpandDepth": 0,
    "docExpansion": "none",
    "tryItOutEnabled": False,
}
"""Of Swagger UI. `none`: the document is not sent anywhere to be judged."""


def register(app: Flask, api: Api) -> None:
    """Of all routes that `api` knows when the document is first asked for."""

    @cache
    def written(chosen: Language) -> str:
        return json.dumps(compose(api.spec.to_dict(), names_of(app), chosen))

    blueprint = Blueprint("openapi", __name__)

    @blueprint.get("/openapi.json")
    def negotiated() -> Response:
        chosen = language()
        return spoken(_document(written(chosen)), chosen)

    for one in LANGUAGES:
        blueprint.add_url_rule(f"/openapi.{one}.json", f"openapi_{one}", _always(written, one))
    app.register_blueprint(blueprint)
    app.register_blueprint(get_swaggerui_blueprint(PAGE, "/openapi.json", config=PAGE_SETTINGS))


def names_of(app: Flask) -> dict[tuple[str, str], str]:
    """operationIds by path and method: the names of the views."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods or ():
            found[documented(rule.rule), method.lower()] = rule.endpoint.rpartition(".")[2]
    return found


def documented(rule: str) -> str:
    """`/cases/<uuid:case_id>` as the document writes it: `/cases/{case_id}`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def _always(written: Callable[[Language], str], chosen: Language) -> Callable[[], Response]:
    def view() -> Response:
        return spoken(_document(written(chosen)), chosen)

    return view


def _document(text: str) -> Response:
    return Response(text, content_type="application/json")
