"""Bytes to text when nobody says which encoding they are in."""


def decode(content: bytes) -> str:
    """UTF-8, with or without a mark, or GB 18030: whichever most of the lines that are not ASCII agree with.

    A byte that contradicts it becomes a lone surrogate, so that one broken line spoils no other.
    """
    telling = [line for line in content.splitlines() if not line.isascii()]
    agreeing = sum(_is_utf8(line) for line in telling)
    return content.decode("utf-8-sig" if 2 * agreeing >= len(telling) else "gb18030", "surrogateescape")


def is_readable(text: str) -> bool:
    """Whether every character of it could be decoded, and so can be sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
