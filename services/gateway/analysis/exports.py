"""Rows of pseudonymous evaluations, streamed: however many there are, no more than a page is held at a time."""

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields, validate

from services.gateway.analysis.csv_table import BYTE_ORDER_MARK, csv_lines
from services.gateway.analysis.files import MEDIA_TYPES, also
from services.gateway.identity.guard import BEARER, caller, requires
from shared.contracts.analysis import EvaluationRow, Period
from shared.contracts.topology import EVALUATION
from shared.kernel.actor import ANALYST
from shared.runtime.calls import Calls

Row = dict[str, Any]
Page = list[Row]
JSON = "application/json"
COLUMNS = tuple(EvaluationRow().fields)


class EvaluationsQuery(Period):
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(("json", "csv")),
        metadata={"description": "In which format the answer comes."},
    )


def register(blueprint: Blueprint, calls: Calls) -> None:
    @blueprint.route("/analysis/evaluations")
    @blueprint.doc(summary="评价明细 Every case under a pseudonym, without anybody's personal data", security=BEARER)
    @requires(ANALYST)
    @blueprint.arguments(EvaluationsQuery, location="query")
    @blueprint.response(200, EvaluationRow(many=True))
    @also(blueprint, "csv")
    def list_evaluations(query: dict[str, Any]) -> Response:
        is_csv = query.pop("format") == "csv"
        period = {name: day.isoformat() for name, day in query.items()}
        pages = read_pages(calls, caller(), period)
        # Asked for before the answer begins: what is wrong then is told as a problem, and not by a torn stream.
        first = next(pages)
        body = (as_csv if is_csv else as_json)(chain([first], pages))
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if is_csv:
            headers["Content-Disposition"] = 'attachment; filename="evaluations.csv"'
        return Response(body, headers=headers, content_type=MEDIA_TYPES["csv"] if is_csv else JSON)


def read_pages(calls: Calls, by: dict[str, Any], period: dict[str, str]) -> Iterator[Page]:
    """At least one, which may be empty."""
    after: str | None = None
    while True:
        page = calls.call(EVALUATION, "list_evaluations", by=by, after=after, **period)
        yield page["items"]
        after = page["after"]
        if after is None:
            return


def as_json(pages: Iterable[Page]) -> Iterator[str]:
    """One array, a row a line."""
    before = "[\n"
    for page in pages:
        for row in page:
            yield before + json.dumps(row, ensure_ascii=False)
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def as_csv(pages: Iterable[Page]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + csv_lines([COLUMNS])
    for page in pages:
        yield csv_lines([row[column] for column in COLUMNS] for row in page)
