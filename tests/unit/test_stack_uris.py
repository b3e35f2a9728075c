"""Connection URIs keep what their author put into them."""

import pytest

from shared.runtime.uris import signed_in
from steward.stack import uris


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("amqp://broker:5672//", "amqp://intake:p%40ss@broker:5672//"),
        ("amqp://admin:old@broker:5672/city", "amqp://intake:p%40ss@broker:5672/city"),
        ("mongodb://a:1,b:2/?replicaSet=rs", "mongodb://intake:p%40ss@a:1,b:2/?replicaSet=rs"),
    ],
)
def test_signing_in_replaces_only_the_account(uri: str, expected: str) -> None:
    assert signed_in(uri, "intake", "p@ss") == expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("mongodb://a:1/?replicaSet=rs", "mongodb://a:1/dispatch?replicaSet=rs"),
        ("mongodb://u:p@a:1", "mongodb://u:p@a:1/dispatch?authSource=admin"),
        ("mongodb://u:p@a:1/city?tls=true", "mongodb://u:p@a:1/dispatch?tls=true&authSource=city"),
        ("mongodb://u:p@a:1/?authSource=admin", "mongodb://u:p@a:1/dispatch?authSource=admin"),
    ],
)
def test_another_database_keeps_where_the_account_lives(uri: str, expected: str) -> None:
    assert uris.on_database(uri, "dispatch") == expected


def test_anonymous_drops_the_account_and_where_it_lives() -> None:
    assert uris.anonymous("mongodb://u:p@a:1/x?authSource=admin&tls=true") == "mongodb://a:1/x?tls=true"


def test_an_option_is_replaced_whatever_its_case() -> None:
    assert uris.with_option("mongodb://a:1/?AuthSource=x", "authSource", "admin") == "mongodb://a:1/?authSource=admin"
