"""Secrets come from the environment or from files, and never from a command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from environs import EnvError

from services.feed.settings import read_feed_settings
from services.gateway.pictures.settings import read_picture_settings
from shared.runtime import broker
from shared.runtime.settings import read_settings
from steward.cli import main
from steward.stack.errors import StackError
from steward.stack.provisioning import Administration
from steward.stack.users import ADMINISTRATOR, PROVISIONED_USERS

SECRETS = {
    "INTAKE_SECRET": lambda: read_settings().intake_secret,
    "EVALUATION_SECRET": lambda: read_settings().evaluation_secret,
    "GRANT_SECRET": lambda: read_settings().grant_secret,
    "PHONE_SECRET": lambda: read_settings().phone_secret,
    "TOKEN_SECRET": lambda: read_settings().token_secret,
    "AMQP_URI": lambda: read_settings().amqp_uri,
    "MONGO_URI": lambda: read_settings().mongo_uri,
    "FEED_SECRET": lambda: read_feed_settings().secret,
    "PICTURES_SECRET": lambda: read_picture_settings().secret,
}


@pytest.fixture(autouse=True)
def without_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AMQP_URI", "MONGO_URI", "MANAGEMENT_URI", "BROKER_CA_FILE"):
        monkeypatch.delenv(name, raising=False)


def kept(folder: Path, text: str) -> str:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_be_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", kept(tmp_path, "mongodb://in.a.file/?w=1\n"))
    assert SECRETS[name]() == "mongodb://in.a.file/?w=1"


def test_a_file_that_is_not_there_is_said_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_SECRET_FILE", "/nowhere")
    with pytest.raises((ValueError, EnvError), match="INTAKE_SECRET_FILE"):
        read_settings()


def test_a_user_without_a_password_has_the_one_of_their_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AMQP_URI", "amqp://intake@broker:5672//")
    monkeypatch.setenv("MONGO_URI", "mongodb://intake@a:1,b:2/intake?replicaSet=steward")
    monkeypatch.setenv("INTAKE_PASSWORD_FILE", kept(tmp_path, "p@ss\n"))
    settings = read_settings()
    assert settings.amqp_uri == "amqp://intake:p%40ss@broker:5672//"
    assert settings.mongo_uri == "mongodb://intake:p%40ss@a:1,b:2/intake?replicaSet=steward"


@pytest.mark.parametrize("uri", ["mongodb://intake:own@a:1/", "mongodb://a:1/", "mongodb://other@a:1/"])
def test_any_other_uri_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, uri: str) -> None:
    monkeypatch.setenv("MONGO_URI", uri)
    monkeypatch.setenv("INTAKE_PASSWORD", "another")
    assert read_settings().mongo_uri == uri


def test_provisioning_takes_every_password_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AMQP_URI", f"amqp://{ADMINISTRATOR}@broker//")
    monkeypatch.setenv("MONGO_URI", f"mongodb://{ADMINISTRATOR}@database/admin")
    for user in (ADMINISTRATOR, *PROVISIONED_USERS):
        monkeypatch.setenv(f"{user.upper()}_PASSWORD_FILE", kept(tmp_path, "kept"))
    administration = Administration.from_environment()
    assert administration.amqp_uri == f"amqp://{ADMINISTRATOR}:kept@broker//"
    assert administration.management_uri is None
    assert set(administration.passwords) == set(PROVISIONED_USERS)
    assert set(administration.passwords.values()) == {"kept"}


def test_provisioning_names_the_password_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMQP_URI", "amqp://broker//")
    monkeypatch.setenv("MONGO_URI", "mongodb://database/admin")
    with pytest.raises(StackError, match=f"{PROVISIONED_USERS[0].upper()}_PASSWORD"):
        Administration.from_environment()


@pytest.mark.parametrize(
    "command", [["load-rules"], ["load-organisation", "."], ["clients", "list"], ["export", "--output", "x"]]
)
def test_no_command_takes_a_password_on_its_command_line(command: list[str]) -> None:
    refused = CliRunner().invoke(main, [*command, "--mongo-uri", "mongodb://intake:secret@database/"])
    assert refused.exit_code == 2
    assert "everybody on this machine" in refused.output
    assert "secret" not in refused.output


def test_a_broker_is_verified_by_name_where_its_uri_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_CA_FILE", "/kept/ca.pem")
    monkeypatch.setenv("AMQP_URI", "amqps://intake:own@broker:5671//")
    uri = read_settings().amqp_uri
    connection = broker.connect(uri)
    assert connection.ssl["ca_certs"] == "/kept/ca.pem"
    assert connection.ssl["cert_reqs"].name == "CERT_REQUIRED"
    assert "server_hostname" in connection.ssl
    assert broker.address(uri) == "amqps://intake:own@broker:5671//"


def test_a_plain_broker_is_not_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_CA_FILE", "/kept/ca.pem")
    monkeypatch.setenv("AMQP_URI", "amqp://intake:own@broker//")
    assert not broker.connect(read_settings().amqp_uri).ssl
