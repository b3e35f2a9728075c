"""Connection URIs for others than those who wrote them."""

from urllib.parse import urlsplit

from shared.runtime.uris import with_option, without_option


def anonymous(uri: str) -> str:
    """The same server, without signing in."""
    parts = urlsplit(uri)
    return without_option(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), "authSource")


def on_database(uri: str, database: str) -> str:
    """The same server and sign-in, with `database` as its default.

    Without `authSource` a MongoDB URI authenticates against its default database, so that one is kept.
    """
    parts = urlsplit(uri)
    moved = parts._replace(path=f"/{database}").geturl()
    if "@" not in parts.netloc or "authsource=" in parts.query.lower():
        return moved
    return with_option(moved, "authSource", parts.path.lstrip("/") or "admin")
