"""The tokens of rating links: nothing of them is stored but that a dispatcher issued one.

A token is the case's id and a code over case, round and reporter that only evaluation can compute; so it names
nobody, and to know whose it is one has to have the case.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from services.evaluation.domain.evaluation import Evaluation
from services.evaluation.domain.linked import Link
from shared.kernel.errors import NotFound

CODE_BYTES = 16
ID_LENGTH = 22
"""Characters: sixteen bytes as base64url."""


def token(key: bytes, case_id: str, link: Link) -> str:
    """44 characters, all fit for a URL."""
    text = f"{case_id}|{link['round']}|{link['reporter']}"
    code = hmac.digest(key, text.encode(), "sha256")[:CODE_BYTES]
    return _text(UUID(case_id).bytes) + _text(code)


def case_of(given: str) -> str:
    """Which case the token is about, if it is a token. Raises NotFound."""
    try:
        return str(UUID(bytes=urlsafe_b64decode(f"{given[:ID_LENGTH]}==")))
    except ValueError as error:
        raise NotFound(given[:ID_LENGTH]) from error


def link_of(key: bytes, evaluation: Evaluation, given: str) -> Link:
    """The issued link that it is the token of. Raises NotFound."""
    for link in evaluation.facts.get("links", ()):
        if hmac.compare_digest(token(key, evaluation.case_id, link).encode(), given.encode()):
            found: Link = link
            return found
    raise NotFound(evaluation.case_id)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
