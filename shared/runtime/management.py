"""RabbitMQ's management API, as the account that its URI names."""

from typing import Any, Self
from urllib.parse import unquote, urlsplit

import requests

from shared.runtime.environment import CA_FILE
from shared.runtime.uris import option

TIMEOUT = 10.0
"""Seconds."""


class ManagementApi:
    """Of an `https` URI the certificate and the name are verified, by `cacertfile` where it has that option."""

    def __init__(self, uri: str, timeout: float = TIMEOUT) -> None:
        """The sign-in is kept apart from the address, which an error would show."""
        parts = urlsplit(uri)
        self._address = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/api"
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._session.verify = option(uri, CA_FILE) or True
        self._session.trust_env = False  # neither a proxy nor a .netrc of the environment is meant for the broker

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, path: str, **query: str) -> Any:
        """Raises requests.RequestException where it does not answer, or not to us."""
        return self._checked("GET", path, params=query).json()

    def put(self, path: str, body: Any) -> None:
        """Raises requests.RequestException where it does not answer, or not to us."""
        self._checked("PUT", path, json=body)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Whatever the answer is. Raises requests.RequestException where there is none."""
        return self._session.request(method, f"{self._address}/{path}", timeout=self._timeout, **options)

    def _checked(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.ask(method, path, **options)
        answer.raise_for_status()
        return answer
