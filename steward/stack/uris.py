"""Rewriting connection URIs without losing what their author put into them."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit


def signed_in(uri: str, user: str, password: str) -> str:
    """The same server, as this user."""
    parts = urlsplit(uri)
    hosts = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{hosts}").geturl()


def anonymous(uri: str) -> str:
    """The same server, without signing in."""
    parts = urlsplit(uri)
    return without_option(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), "authSource")


def without_option(uri: str, name: str) -> str:
    parts = urlsplit(uri)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() != name.lower()]
    return parts._replace(query=urlencode(kept)).geturl()


def with_option(uri: str, name: str, value: str) -> str:
    parts = urlsplit(without_option(uri, name))
    return parts._replace(query=urlencode([*parse_qsl(parts.query), (name, value)])).geturl()


def on_database(uri: str, database: str) -> str:
    """The same server and sign-in, with `database` as its default.

    Without `authSource` a MongoDB URI authenticates against its default database, so that one is kept.
    """
    parts = urlsplit(uri)
    moved = parts._replace(path=f"/{database}").geturl()
    if "@" not in parts.netloc or "authsource=" in parts.query.lower():
        return moved
    return with_option(moved, "authSource", parts.path.lstrip("/") or "admin")
