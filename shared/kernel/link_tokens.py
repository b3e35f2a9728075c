"""Tokens of links that people without an account are given: nothing of them is stored but what they are made of.

A token is the case's id and a code over it and what was said in it, which only the holder of the key can compute. So
it names nobody, and to know whose it is one has to have the case.
"""

import hmac
from uuid import UUID

from shared.kernel.base64url import as_bytes, as_text
from shared.kernel.errors import NotFound

CODE_BYTES = 16
ID_LENGTH = 22
"""Characters: sixteen bytes as base64url."""


def link_token(key: bytes, case_id: str, *said: object) -> str:
    """44 characters, all fit for a URL."""
    text = "|".join(map(str, (case_id, *said)))
    code = hmac.digest(key, text.encode(), "sha256")[:CODE_BYTES]
    return as_text(UUID(case_id).bytes) + as_text(code)


def case_of(given: str) -> str:
    """Which case the token is about, if it is a token. Raises NotFound."""
    try:
        return str(UUID(bytes=as_bytes(given[:ID_LENGTH])))
    except ValueError as error:
        raise NotFound(given[:ID_LENGTH]) from error


def is_token(given: str, key: bytes, case_id: str, *said: object) -> bool:
    """Whether it is the token of just that; told in the same time for every wrong one."""
    return hmac.compare_digest(link_token(key, case_id, *said).encode(), given.encode())
