"""What is counted: requests of four kinds, of three kinds of callers."""

ADDRESS, PERSON, KEY = "address", "person", "key"
WHOM = (PERSON, KEY, ADDRESS)
READ, WRITE, UPLOAD, SIGN_IN = "read", "write", "upload", "sign_in"

SAFE = ("GET", "HEAD", "OPTIONS")
UPLOADS = ("/pictures", "/imports")
LINKS = ("/r/", "/ratings/", "/follow/", "/sign-in", "/operator/sign-in")
"""Where a secret could be guessed: looking counts as much as answering."""
FREE = ("/health/", "/static/", "/docs/")
"""Asked by who watches over the gateway, or files that cost nothing."""


def kind_of(method: str, path: str) -> str | None:
    """None for what is not counted."""
    if path.startswith(FREE) or method == "OPTIONS":
        return None
    if path.startswith(LINKS):
        return SIGN_IN
    if method in SAFE:
        return READ
    return UPLOAD if path.startswith(UPLOADS) else WRITE
