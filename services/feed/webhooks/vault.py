"""Secrets of webhooks at rest: AES-256-GCM under a key of FEED_SECRET, bound to the webhook that they are of."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PURPOSE = "webhook secrets"
"""Of the key, as it is derived from the secret of feed."""
NONCE_BYTES = 12


class Vault:
    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        self._cipher = AESGCM(key)

    def lock(self, webhook_id: str, secret: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret.encode(), webhook_id.encode())

    def unlock(self, webhook_id: str, locked: bytes) -> str:
        """Raises cryptography's InvalidTag where the key is another, or it is of another webhook."""
        return self._cipher.decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], webhook_id.encode()).decode()
