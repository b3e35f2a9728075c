"""Sending a list that was kept offline."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eventlet import tpool
from flask import Response, g, jsonify, request
from flask_smorest import Blueprint

from services.gateway.identity.guard import BEARER, caller, requires
from services.gateway.identity.phones import naming_the_reporter
from services.gateway.imports.checking import CheckedList, check
from services.gateway.imports.entering import Outcome, enter
from services.gateway.imports.reading import LARGEST, read_rows
from services.gateway.imports.repository import Imports
from services.gateway.imports.schemas import TRUE, ImportQuery, ImportView, SentImport
from services.gateway.language.choosing import language
from services.gateway.language.sentences import said
from shared.contracts.report_columns import codes_by_name
from shared.contracts.topology import INTAKE
from shared.kernel.actor import DISPATCHER
from shared.runtime.calls import Calls
from shared.runtime.clock import now

VIEW, SENT = ImportView(), SentImport()
KINDS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS},
}


def register(blueprint: Blueprint, calls: Calls, imports: Imports) -> None:
    @blueprint.route("/imports", methods=["POST"])
    @blueprint.doc(summary="批量导入 Enter a list that was kept offline", security=BEARER, requestBody=BODY)
    @requires(DISPATCHER)
    @blueprint.arguments(ImportQuery, location="query")
    @blueprint.response(200, ImportView)
    @blueprint.alt_response(409)
    def import_reports(query: dict[str, str]) -> Response:
        request.max_content_length = LARGEST
        content = request.get_data(cache=False)
        codes = _codes(calls.call(INTAKE, "list_categories"))
        # In a thread: a long list takes a second, in which other requests shall go on.
        found: CheckedList = tpool.execute(_read, content, codes)
        list_id = hashlib.sha256(content).hexdigest()
        told = {"list_id": list_id, "rows": len(found.entries), "ignored_columns": found.ignored, "results": []}
        if query["check"] != TRUE:
            imports.claim(list_id, g.actor.subject, now())
            entries = [replace(entry, body=naming_the_reporter(entry.body)) for entry in found.entries]
            outcomes = enter(calls, list_id, caller(), entries)
            imports.note(list_id, outcomes, now())
            told["results"] = _spoken(outcomes)
        return jsonify(VIEW.dump(told))

    @blueprint.route("/imports/<string:list_id>")
    @blueprint.doc(summary="导入结果 What became of a list", security=BEARER)
    @requires(DISPATCHER)
    @blueprint.response(200, SentImport)
    @blueprint.alt_response(404)
    def get_import(list_id: str) -> Response:
        found = imports.of(list_id, g.actor.subject)
        return jsonify(SENT.dump({**found, "results": _spoken(found.get("results", []))}))


def _read(content: bytes, codes: Mapping[str, str]) -> CheckedList:
    return check(read_rows(content), codes)


def _codes(categories: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return codes_by_name((one["code"], one["name_zh"], one["name_en"]) for one in categories)


def _spoken(outcomes: list[Outcome]) -> list[Outcome]:
    """Refusals in the language of who sent the list."""
    for problem in (problem for outcome in outcomes for problem in outcome.get("problems", ())):
        problem["messages"] = [said(message, language()) for message in problem["messages"]]
    return outcomes
