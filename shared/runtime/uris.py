"""Rewriting connection URIs without losing what their author put into them."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit


def signed_in(uri: str, user: str, password: str) -> str:
    """The same server, as this user."""
    parts = urlsplit(uri)
    hosts = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{hosts}").geturl()


def option(uri: str, name: str) -> str | None:
    """The value of that option, or None where the URI does not have it."""
    return next((value for key, value in parse_qsl(urlsplit(uri).query) if key.lower() == name.lower()), None)


def without_option(uri: str, name: str) -> str:
    parts = urlsplit(uri)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() != name.lower()]
    return parts._replace(query=urlencode(kept)).geturl()


def with_option(uri: str, name: str, value: str) -> str:
    parts = urlsplit(without_option(uri, name))
    return parts._replace(query=urlencode([*parse_qsl(parts.query), (name, value)])).geturl()
