"""A program of another city, which talks GeoReport v2 to the running gateway; every answer goes past the referee."""

from typing import Any

import requests
from click.testing import CliRunner

from steward.cli import main
from steward.stack import Stack
from tests.support.open311.referee import read

ENGLISH, EITHER = "/open311/en/v2", "/open311/v2"
ATTEMPTS = 20
ROOTS = {"services": "services", "servicerequestupdates": "service_request_updates"}


class City:
    """Without a key it only reads."""

    def __init__(self, stack: Stack, key: str = "", extension: str = "json", base: str = EITHER) -> None:
        self.gateway = stack.addresses.gateway
        self.base = base
        self._key = {"api_key": key} if key else {}
        self._extension = extension

    def get(self, path: str, expected: int = 200, **query: Any) -> Any:
        """The content, the same in both formats; asked for again where it moved on meanwhile."""
        for _ in range(ATTEMPTS):
            before, as_json, after = (self._get(path, one, expected, query) for one in ("xml", "json", "xml"))
            if before == after:
                break
        assert before == as_json == after
        return as_json

    def request(self, case_id: str) -> Any:
        (found,) = self.get(f"requests/{case_id}", extensions="true")
        return found

    def listed(self, **query: Any) -> list[str]:
        return [found["service_request_id"] for found in self.get("requests", **query)]

    def post(self, path: str, expected: int = 201, key: str = "", **form: Any) -> Any:
        return self.read(path, self.send(path, key, **form), expected)

    def send(self, path: str, key: str = "", **form: Any) -> requests.Response:
        headers = {"Idempotency-Key": key} if key else {}
        return requests.post(self._url(path, self._extension), {**self._key, **form}, headers=headers, timeout=30)

    def read(self, path: str, answer: requests.Response, expected: int, extension: str = "") -> Any:
        assert answer.status_code == expected, answer.text
        root = "errors" if expected >= 400 else root_of(path)
        return read(root, extension or self._extension, answer.headers["Content-Type"], answer.content)

    def about(self, path: str, expected: int, **form: Any) -> list[str]:
        """Which arguments a POST is refused for."""
        return sorted(error["description"].split(":")[0] for error in self.post(path, expected, **form))

    def _get(self, path: str, extension: str, expected: int, query: dict[str, Any]) -> Any:
        answer = requests.get(self._url(path, extension), {**self._key, **query}, timeout=30)
        return self.read(path, answer, expected, extension)

    def _url(self, path: str, extension: str) -> str:
        return f"{self.gateway}{self.base}/{path}.{extension}"


def root_of(path: str) -> str:
    if path.startswith("services/"):
        return "service_definition"
    return ROOTS.get(path, "service_requests")


def new_client(stack: Stack) -> tuple[str, str]:
    """Id and key of a client, as the command gives them."""
    added = CliRunner().invoke(main, ["clients", "add", "示例城市", "--home", str(stack.home.folder)])
    assert added.exit_code == 0, added.output
    client_id, key, *_ = (line.split(": ")[1] for line in added.output.splitlines()[:2])
    return client_id, key
