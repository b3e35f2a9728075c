"""HTTP to the gateway, as a patient phone does it: the same request with the same key until it is answered."""

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from services.gateway.identity.tokens import Tokens
from shared.kernel.actor import Actor

TRANSIENT = frozenset({502, 503, 504})
TIMEOUT = (3, 15)
"""Seconds to connect and to be answered; the gateway itself gives up on a service after 10."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0
LIFETIME = timedelta(days=1)


class Refused(Exception):
    """The gateway understood and said no."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


class Unanswered(Exception):
    """Nobody answered within the patience: whether it was done is not known."""


class Gateway:
    """May be shared by threads; each keeps its own connection. Asked as None, it sends no token: as by a link."""

    def __init__(self, url: str, tokens: Tokens, patience: float) -> None:
        self.patience = patience
        self.retries = 0
        self._url = url.rstrip("/")
        self._tokens = tokens
        self._issued: dict[Actor, str] = {}
        self._local = threading.local()
        self._lock = threading.Lock()

    def post(self, path: str, by: Actor | None, key: str, body: Mapping[str, Any]) -> Any:
        """Raises Refused or Unanswered."""
        return self._ask("POST", path, by, headers={"Idempotency-Key": key}, json=body).json()

    def upload(self, path: str, by: Actor, key: str, data: bytes, media_type: str) -> Any:
        """Raises Refused or Unanswered."""
        headers = {"Idempotency-Key": key, "Content-Type": media_type}
        return self._ask("POST", path, by, headers=headers, data=data).json()

    def get(self, path: str, by: Actor | None, /, **query: str) -> Any:
        """Raises Refused or Unanswered."""
        return self._ask("GET", path, by, params=query).json()

    def download(self, path: str, by: Actor, /, **query: str) -> bytes:
        """The answer as it comes. Raises Refused or Unanswered."""
        return self._ask("GET", path, by, params=query).content

    def _ask(
        self, method: str, path: str, by: Actor | None, headers: Mapping[str, str] | None = None, **parts: Any
    ) -> requests.Response:
        signed = {**({"Authorization": f"Bearer {self._token(by)}"} if by else {}), **(headers or {})}
        deadline, pause = time.monotonic() + self.patience, FIRST_PAUSE
        while True:
            answer = self._try(method, path, headers=signed, **parts)
            if answer is not None:
                return _granted(answer)
            if time.monotonic() > deadline:
                raise Unanswered(f"{method} {path}: no answer within {self.patience:g} s")
            with self._lock:
                self.retries += 1
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _try(self, method: str, path: str, **parts: Any) -> requests.Response | None:
        """None where the same request should be sent again."""
        try:
            answer = self._session.request(method, self._url + path, timeout=TIMEOUT, **parts)
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError):
            return None
        return None if answer.status_code in TRANSIENT else answer

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.trust_env = False  # a proxy of the environment is not meant for the gateway
        session: requests.Session = self._local.session
        return session

    def _token(self, by: Actor) -> str:
        if by not in self._issued:
            self._issued[by] = self._tokens.issue(by, LIFETIME)
        return self._issued[by]


def _granted(answer: requests.Response) -> requests.Response:
    if answer.ok:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        raise Refused(answer.status_code, answer.reason) from None
    said = [f"{error['field']}: {' '.join(error['messages'])}" for error in problem.get("errors", ())]
    raise Refused(answer.status_code, "; ".join(said) or problem.get("detail", answer.reason))
