"""Where a webhook's request goes: to an address that was looked up before, and to nobody who is not the one named."""

import ssl
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from services.feed.webhooks.sending import Refused, Sender
from services.feed.webhooks.targets import Policy, Target

NAME = "receiver.example"
ANYWHERE = Policy(allow_http=True, allow_private=True)


def test_the_name_is_checked_though_the_request_goes_to_the_address(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(NAME).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    sender = Sender(ANYWHERE, resolve=lambda *_: ["127.0.0.1"], authorities=str(tmp_path / "authority.pem"))
    with HTTPServer(ssl_context=context) as server:
        server.expect_request("/hook", headers={"Host": f"{NAME}:{server.port}"}).respond_with_data("", 204)
        sender.send(Target("https", NAME, server.port, "/hook"), {}, b"{}")
        with pytest.raises(Refused, match=r"match"):
            sender.send(Target("https", "another.example", server.port, "/hook"), {}, b"{}")
        with pytest.raises(Refused, match=r"CERTIFICATE"):
            Sender(ANYWHERE, resolve=lambda *_: ["127.0.0.1"]).send(Target("https", NAME, server.port, "/"), {}, b"")


def test_an_address_that_cannot_be_reached_is_not_the_end_of_a_name(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/hook").respond_with_data("", 204)
    sender = Sender(ANYWHERE, resolve=lambda *_: ["::1", "127.0.0.2", "127.0.0.1"])
    sender.send(Target("http", NAME, httpserver.port, "/hook"), {}, b"{}")
    httpserver.check()
    nobody = Sender(ANYWHERE, resolve=lambda *_: ["::1", "127.0.0.2"])
    with pytest.raises(Refused, match=r"NewConnectionError"):
        nobody.send(Target("http", NAME, httpserver.port, "/hook"), {}, b"{}")
