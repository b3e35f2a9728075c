"""The least that an edge can be: nameko's `http` entrypoint, one call over RPC, one write or one read.

No token is read; no schema, limit, repetition or event is there: what ours does beyond it is what the ratio shows.
"""

import json
from typing import Any
from uuid import uuid4

from nameko.extensions import DependencyProvider
from nameko.rpc import RpcProxy, rpc
from nameko.web.handlers import http
from pymongo import MongoClient, WriteConcern
from pymongo.collection import Collection
from werkzeug import Request, Response

STORE, EDGE = "bare_store", "bare_edge"
COLLECTION = "reports"
PAGE = 50


class Documents(DependencyProvider):
    """Written majority and journaled, as ours are."""

    def setup(self) -> None:
        client: MongoClient[dict[str, Any]] = MongoClient(self.container.config["MONGO_URI"])
        durable = WriteConcern("majority", j=True)
        self._documents = client[STORE].get_collection(COLLECTION, write_concern=durable)
        self._documents.create_index([("whose", 1), ("_id", -1)])

    def get_dependency(self, worker_ctx: Any) -> Collection[dict[str, Any]]:
        return self._documents


class BareStore:
    name = STORE
    documents = Documents()

    @rpc
    def submit(self, whose: str, body: dict[str, Any]) -> dict[str, Any]:
        document = {"_id": str(uuid4()), "whose": whose, **body}
        self.documents.insert_one(document)
        return document

    @rpc
    def get(self, case_id: str) -> dict[str, Any] | None:
        document: dict[str, Any] | None = self.documents.find_one({"_id": case_id})
        return document

    @rpc
    def page(self, whose: str) -> list[dict[str, Any]]:
        return list(self.documents.find({"whose": whose}).sort("_id", -1).limit(PAGE))


class BareEdge:
    name = EDGE
    store = RpcProxy(STORE)

    @http("POST", "/reports")
    def submit(self, request: Request) -> Response:
        return _answer(self.store.submit(_whose(request), json.loads(request.get_data())), 201)

    @http("GET", "/reports/<case_id>")
    def get(self, request: Request, case_id: str) -> Response:
        return _answer(self.store.get(case_id), 200)

    @http("GET", "/reports")
    def page(self, request: Request) -> Response:
        return _answer(self.store.page(_whose(request)), 200)


def _whose(request: Request) -> str:
    """As it comes: nobody looks at what the token says."""
    return request.headers.get("Authorization", "")


def _answer(content: Any, status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, content_type="application/json")
