"""A light HTTP client, so that the generator of the load is not what is measured."""

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

TIMEOUT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content: Any


class Client:
    """One kept connection to the gateway."""

    def __init__(self, gateway: str) -> None:
        self._connection = HTTPConnection(urlsplit(gateway).netloc, timeout=TIMEOUT_SECONDS)

    def get(self, path: str, token: str) -> Answer:
        return self._ask("GET", path, {"Authorization": f"Bearer {token}"}, None)

    def post(self, path: str, token: str, body: Any) -> Answer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
        }
        return self._ask("POST", path, headers, json.dumps(body, ensure_ascii=False).encode())

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        return Answer(response.status, json.loads(response.read()))
