"""Bytes between a phone and pictures, through this process: piece by piece, never a whole picture in memory."""

from collections.abc import Iterator
from typing import Any

import requests

from services.gateway.pictures.uploads import Sent
from shared.contracts.refusals import refusal_from_json
from shared.contracts.topology import PICTURES
from shared.kernel.errors import Unavailable
from shared.runtime.tickets import KEEP, READ, Tickets

PIECE = 64 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 3, 90
"""The answer waits for a turn to be decoded, for the decoding, and for the store."""


class Transfers:
    def __init__(self, url: str, tickets: Tickets) -> None:
        self._url = url
        self._tickets = tickets

    def upload(self, sent: Sent, owner: str, key: str) -> dict[str, Any]:
        """The picture, durable there; `key` is what repetitions have in common. Raises its refusal, or Unavailable."""
        ticket = self._tickets.issue(KEEP, owner=owner, key=key, declared=sent.declared)
        answer = self._ask("POST", f"{self._url}/pictures", ticket, data=_Sized(sent))
        told: dict[str, Any] = answer.json()
        return told

    def download(self, picture_id: str, variant: str) -> Iterator[bytes]:
        """Raises NotFound or Unavailable, before the first piece."""
        ticket = self._tickets.issue(READ, picture_id=picture_id, variant=variant)
        answer = self._ask("GET", f"{self._url}/pictures/{picture_id}/{variant}", ticket, stream=True)
        return _pieces(answer)

    def _ask(self, method: str, url: str, ticket: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {ticket}"}
        timeout = (CONNECT_SECONDS, ANSWER_SECONDS)
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment knows nothing of an address inside
            try:
                answer = session.request(method, url, headers=headers, timeout=timeout, **options)
            except requests.RequestException as error:
                raise Unavailable(PICTURES) from error
        if answer.status_code == requests.codes.unprocessable:
            raise refusal_from_json(answer.json())
        if not answer.ok:
            raise Unavailable(PICTURES)
        return answer


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    with answer:
        yield from answer.iter_content(PIECE)


class _Sized:
    """A body that says how long it is: one that breaks off half-way is then known to be broken off."""

    def __init__(self, sent: Sent) -> None:
        self._sent = sent

    def __len__(self) -> int:
        return self._sent.size

    def read(self, size: int = PIECE) -> bytes:
        return self._sent.body.read(min(size, PIECE) if size > 0 else PIECE)
