"""Webhooks on the real database and to real receivers: everything arrives, in order per case, whoever is slow."""

import base64
import hmac
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import eventlet
import pytest
from pymongo import MongoClient
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from services.feed.log.entries import Entry
from services.feed.log.log import Log, prepare_log
from services.feed.webhooks.delivering import Postman
from services.feed.webhooks.desk import WebhookDesk
from services.feed.webhooks.records import DELIVERY_INDEXES, LEASE, WEBHOOK_INDEXES, Records
from services.feed.webhooks.sending import Refused, Sender
from services.feed.webhooks.targets import Policy, Target
from services.feed.webhooks.vault import Vault
from shared.contracts.topology import FEED
from shared.kernel.actor import DISPATCHER, OPERATOR, Actor
from shared.kernel.errors import Forbidden, Invalid, KeyReused, NotFound
from shared.kernel.units import Level, Unit, UnitTree
from shared.runtime.clock import now
from shared.runtime.mongo import Mongo
from steward.stack import Stack
from tests.support.feed import intake_says

pytestmark = pytest.mark.servers

ANYWHERE = Policy(allow_http=True, allow_private=True)
OPS, HEAD = Actor("ops", OPERATOR), Actor("head", DISPATCHER, "d")
UNITS = UnitTree(
    [Unit("d", "区", "District", Level.DISTRICT, None), Unit("s", "街道", "Street", Level.STREET, "d")],
)
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30))
VAULT = Vault(b"k" * 32)


@pytest.fixture
def db(servers: Stack) -> Iterator[Mongo]:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(FEED), tz_aware=True)
    with client:
        _empty(client[FEED])
        prepare_log(client[FEED], timedelta(days=7))
        client[FEED]["webhooks"].create_indexes([*WEBHOOK_INDEXES])
        client[FEED]["deliveries"].create_indexes([*DELIVERY_INDEXES])
        yield client[FEED]
        _empty(client[FEED])


def _empty(db: Mongo) -> None:
    for name in db.list_collection_names():
        db.drop_collection(name)


@dataclass
class Office:
    """A log, those who registered, and the postman; `at` is the time that he goes by."""

    db: Mongo
    at: datetime = field(default_factory=now)
    """Not long ago: what is old the database takes away itself."""
    secrets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.records, self.log = Records(self.db), Log(self.db)
        self.desk = WebhookDesk(self.records, VAULT, ANYWHERE, UNITS)

    def postman(self, holder: str = "me") -> Postman:
        sender = Sender(ANYWHERE)
        return Postman(self.records, self.log, VAULT, sender, ANYWHERE, lambda: self.at, holder, BACKOFF)

    def register(self, url: str, by: Actor = OPS, key: str | None = None, **asked: Any) -> str:
        named = key or str(uuid4())
        made = self.desk.register(by, {"url": url, "events": [], **asked}, named, self.log.tail(), self.at)
        self.secrets[made["webhook_id"]] = made["secret"]
        return str(made["webhook_id"])

    def happen(self, case_id: str, *sequences: int, path: tuple[str, ...] = ("d",)) -> None:
        self.log.append([Entry.of(intake_says(case_id, number), path, ()) for number in sequences], self.at)

    def work(self, webhook_id: str, holder: str = "me") -> None:
        """Until there is nothing to do just now."""
        while self.postman(holder).work(webhook_id):
            pass


@pytest.fixture
def office(db: Mongo) -> Office:
    return Office(db)


@dataclass
class Receiver:
    """Keeps what it answered 2xx to; `answer` says what it answers to which body."""

    got: list[tuple[Mapping[str, str], dict[str, Any]]] = field(default_factory=list)
    attempts: int = 0
    answer: Callable[[dict[str, Any]], int] = lambda _: 204

    def __call__(self, request: Request) -> Response:
        self.attempts += 1
        body = json.loads(request.data)
        status = self.answer(body)
        if status < 300:
            self.got.append(({**dict(request.headers), "raw": request.data.decode()}, body))
        return Response(status=status)

    def told(self) -> dict[str, list[int]]:
        """Case → sequences, as they came."""
        by_case: dict[str, list[int]] = defaultdict(list)
        for _, body in self.got:
            by_case[body["data"]["case_id"]].append(body["data"]["sequence"])
        return by_case


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    receiver = Receiver()
    httpserver.expect_request("/hook", method="POST").respond_with_handler(receiver)
    return receiver


def test_each_event_is_delivered_signed_and_in_order(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    webhook = office.register(httpserver.url_for("/hook"))
    office.happen("a", 1, 2, 3)
    office.happen("b", 1, 2)
    office.work(webhook)
    assert receiver.told() == {"a": [1, 2, 3], "b": [1, 2]}
    headers, body = receiver.got[0]
    assert body["type"] == "Intake1"
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.{headers['raw']}".encode()
    key = base64.b64decode(office.secrets[webhook].removeprefix("whsec_"))
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert headers["Webhook-Signature"] == wanted
    assert len({headers["Webhook-Id"] for headers, _ in receiver.got}) == 5
    assert office.secrets[webhook] not in str(list(office.db["webhooks"].find()))


def test_only_what_happens_from_now_on_and_only_what_was_asked_for(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    office.happen("a", 1)
    webhook = office.register(httpserver.url_for("/hook"), events=["Intake2"], unit="s")
    office.happen("a", 2, 3, path=("d", "s"))
    office.happen("b", 2)
    office.work(webhook)
    assert receiver.told() == {"a": [2]}


def test_what_fails_holds_up_its_own_case_alone_and_is_tried_again(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    broken = {"a"}
    receiver.answer = lambda body: 500 if body["data"]["case_id"] in broken else 200
    webhook = office.register(httpserver.url_for("/hook"))
    office.happen("a", 1, 2)
    office.happen("b", 1, 2)
    office.work(webhook)
    assert receiver.told() == {"b": [1, 2]}
    attempts = receiver.attempts
    office.work(webhook)
    assert receiver.attempts == attempts, "it is not tried before its time"
    broken.clear()
    office.at += BACKOFF[0]
    office.work(webhook)
    assert receiver.told() == {"a": [1, 2], "b": [1, 2]}


def test_what_cannot_be_delivered_is_dead_can_be_read_and_is_sent_again(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    receiver.answer = lambda body: 500 if body["data"]["sequence"] == 1 else 200
    webhook = office.register(httpserver.url_for("/hook"))
    office.happen("a", 1, 2)
    for wait in (*BACKOFF, timedelta()):
        office.work(webhook)
        office.at += wait
    assert receiver.told() == {"a": [2]}, "the next one goes on once there is no hope"
    (dead,), _ = office.desk.dead(OPS, webhook, None)
    assert (dead["attempts"], dead["error"], dead["body"]["data"]["sequence"]) == (3, "answered 500", 1)
    receiver.answer = lambda _: 200
    assert office.desk.redeliver(OPS, webhook, office.at) == 1
    office.work(webhook)
    assert receiver.told() == {"a": [2, 1]}
    assert office.desk.dead(OPS, webhook, None) == ([], None)


def test_a_receiver_that_is_slow_holds_up_nobody_else(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    """Nobody reads from the slow one: its port only listens."""
    with eventlet.listen(("127.0.0.1", 0)) as deaf:
        slow = office.register(f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        quick = office.register(httpserver.url_for("/hook"))
        office.happen("a", 1)
        began = monotonic()
        office.work(quick)
        assert receiver.told() == {"a": [1]}
        assert office.records.due(slow, office.at) == []
        assert monotonic() - began < 5


def test_one_process_at_a_time_and_another_after_it_died(
    office: Office, httpserver: HTTPServer, receiver: Receiver
) -> None:
    webhook = office.register(httpserver.url_for("/hook"))
    office.happen("a", 1)
    assert office.records.take(webhook, "one that dies", office.at)
    office.work(webhook, "another")
    assert receiver.told() == {}
    office.at += LEASE + timedelta(seconds=1)
    office.work(webhook, "another")
    assert receiver.told() == {"a": [1]}


def test_a_redirect_is_not_followed(office: Office, httpserver: HTTPServer, receiver: Receiver) -> None:
    httpserver.expect_request("/away").respond_with_data("", 307, {"Location": httpserver.url_for("/hook")})
    webhook = office.register(httpserver.url_for("/away"))
    office.happen("a", 1)
    office.work(webhook)
    assert receiver.attempts == 0
    assert office.db["deliveries"].find_one({})["error"] == "answered 307"  # type: ignore[index]


def test_who_may_register_what(office: Office, httpserver: HTTPServer) -> None:
    url = httpserver.url_for("/hook")
    mine = office.register(url, HEAD, unit="s")
    for stranger in (Actor("x", DISPATCHER, "s"), Actor("x", DISPATCHER), Actor("x", "resident")):
        with pytest.raises(Forbidden):
            office.register(url, stranger)
    with pytest.raises(Invalid):
        office.register(url, HEAD, unit="nowhere")
    of_all = office.register(url)
    assert [one["webhook_id"] for one in office.desk.registered(HEAD)] == [mine]
    assert [one["webhook_id"] for one in office.desk.registered(OPS)] == [mine, of_all]
    assert all("secret" not in one for one in office.desk.registered(OPS))
    with pytest.raises(NotFound):
        office.desk.delete(HEAD, of_all)
    office.desk.delete(HEAD, mine)
    assert [one["webhook_id"] for one in office.desk.registered(OPS)] == [of_all]


def test_a_repetition_is_answered_as_the_first(office: Office, httpserver: HTTPServer) -> None:
    url = httpserver.url_for("/hook")
    first = office.register(url, key="once", events=["ReportSubmitted", "OrderClosed"])
    secret = office.secrets[first]
    assert office.register(url, key="once", events=["OrderClosed", "ReportSubmitted"]) == first
    assert office.secrets == {first: secret}
    with pytest.raises(KeyReused):
        office.register(url, key="once")
    assert office.register(url, HEAD, key="once", unit="s") != first
    assert office.db["webhooks"].count_documents({}) == 2


def test_in_service_nothing_leads_to_the_inside(office: Office, httpserver: HTTPServer) -> None:
    strict = WebhookDesk(office.records, VAULT, Policy(), UNITS)
    for url in (httpserver.url_for("/hook"), "https://localhost/x", "https://127.0.0.1/x", "https://[::1]:8443/x"):
        with pytest.raises(Invalid):
            strict.register(OPS, {"url": url, "events": []}, "key", 0, now())
    with pytest.raises(Refused):
        Sender(Policy(allow_http=True)).send(Target("http", "127.0.0.1", httpserver.port, "/hook"), {}, b"{}")
