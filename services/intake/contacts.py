"""Personal fields at rest: who a reporter is and how to reach them is ciphertext in the store, opened to be shown.

AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits and the field's name as associated data, so that what
was sealed as a name cannot be put back as a phone. Words of a report stay plain: duplicates are found by them.
"""

import hmac
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.contracts.phones import e164

SEALED = ("address", "contact_name", "contact_phone", "contact_email")

PURPOSE = "contacts"
"""Of the key, as it is derived from the secret of intake."""
NONCE_BYTES = 12
BY_PHONE = "by_phone"
"""Beside the sealed fields: by what the phone is found again, which nobody can tell without the key."""
PHONES = b"phones"


class Contacts:
    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        self._cipher = AESGCM(key)
        self._phone_key = hmac.digest(key, PHONES, "sha256")

    def seal(self, private: Mapping[str, Any]) -> dict[str, Any]:
        """The same, with each personal field as bytes that only `open` understands."""
        return {name: self._sealed(name, value) if name in SEALED else value for name, value in private.items()}

    def open(self, private: Mapping[str, Any]) -> dict[str, Any]:
        """The same, with each personal field as it was said. Raises ValueError where the key is another."""
        return {name: self._opened(name, value) if name in SEALED else value for name, value in private.items()}

    def by_phone(self, phone: str) -> str:
        """By which reports of that number are found: HMAC-SHA256, as all numbers of a country are soon tried."""
        return hmac.digest(self._phone_key, _as_dialled(phone).encode(), "sha256").hex()

    def _sealed(self, name: str, value: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value.encode(), name.encode())

    def _opened(self, name: str, value: bytes | str) -> str:
        """What was kept before fields were sealed is there as text, and stays readable until it is erased."""
        if isinstance(value, str):
            return value
        try:
            return self._cipher.decrypt(value[:NONCE_BYTES], value[NONCE_BYTES:], name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise ValueError(f"{name} was sealed with another INTAKE_SECRET, or has been altered") from error


def _as_dialled(phone: str) -> str:
    """However it was written down; what is no number that could be called, by its digits."""
    try:
        return e164(phone)
    except ValueError:
        return "".join(filter(str.isdigit, phone))
