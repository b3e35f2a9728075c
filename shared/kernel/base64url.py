"""Base64url without padding (RFC 4648, section 5): bytes as text that is fit for a URL."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def as_text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def as_bytes(text: str) -> bytes:
    """Raises ValueError where it is none."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
