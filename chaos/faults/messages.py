"""Messages that come twice, late, out of order, broken, or from somebody who means harm."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from uuid import uuid4

from chaos.fault import MESSAGES, Fault
from chaos.ground import Ground
from chaos.post import Letter, clear_away, events_of, send
from chaos.straying import lead_astray
from shared.contracts.event_types import ORDER_COMPLETED, REPORT_ACCEPTED
from shared.contracts.topology import (
    BINDINGS,
    DISPATCH,
    EVERYTHING,
    GATEWAY,
    INTAKE,
    RPC_EXCHANGE,
    SERVICES,
    events_exchange,
)

CASES = 30
TIMES = 3
SECONDS = 5.0
Disorder = Callable[[Ground, list[Letter]], list[Letter]]


def _doubled(_ground: Ground, letters: list[Letter]) -> list[Letter]:
    return letters * TIMES


def _shuffled(ground: Ground, letters: list[Letter]) -> list[Letter]:
    return ground.random.sample(letters, len(letters))


def _backwards(_ground: Ground, letters: list[Letter]) -> list[Letter]:
    return letters[::-1]


def again(ground: Ground, disorder: Disorder, *, first: bool) -> None:
    """The events of the first cases there were, long over, or of the latest, which are under way."""
    acknowledged = [sent.case_id for sent in list(ground.load.sent) if sent.case_id]
    cases = acknowledged[:CASES] if first else acknowledged[-CASES:]
    send(ground.stack, disorder(ground, events_of(ground.stack, cases)))


def astray(ground: Ground) -> None:
    lead_astray(ground.stack, SERVICES, SECONDS, ground.random)


def poison(ground: Ground) -> None:
    """Whatever hears them sets them aside, byte for byte, and goes on; then they are cleared away."""
    letters = [letter for source, event_type in SOURCES for letter in _broken(source, event_type)]
    send(ground.stack, letters)
    for service in SERVICES:
        ids = [str(letter.properties["message_id"]) for letter in letters if _hears(service, letter)]
        clear_away(ground.stack, service, ids)


SOURCES = ((INTAKE, REPORT_ACCEPTED), (DISPATCH, ORDER_COMPLETED))


def _hears(service: str, letter: Letter) -> bool:
    return bool({letter.routing_key, EVERYTHING} & {*BINDINGS[service].get(letter.sender, ())})


def _broken(source: str, event_type: str) -> Iterator[Letter]:
    """Each kind of body or header that is no event of ours."""
    headers = {"ce-source": source, "ce-type": event_type}
    event = {"case_id": str(uuid4()), "sequence": 1, "type": event_type, "state": "x", "at": "2026-01-01T00:00:00Z"}
    bodies = (
        b"",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'"a word"',
        b'{"case_id": "\\ud800"}',
        json.dumps({**event, "snapshot": {}}).encode(),
        json.dumps({**event, "snapshot": 5, "sequence": 2**70}).encode(),
        json.dumps({**event, "snapshot": {}, "sequence": -1, "at": "yesterday"}).encode(),
        b"x" * 1_000_000,
    )
    for body in bodies:
        yield _anonymous(source, event_type, body, headers)
    for odd in ({}, {"ce-source": 7}, {"ce-source": "nobody"}, {**headers, "x-attempts": "many", "traceparent": 5}):
        yield _anonymous(source, event_type, b"{}", odd)
    yield _anonymous(source, event_type, b"\x80\x04.", headers, content_type="application/x-python-serialize")


def _anonymous(source: str, event_type: str, body: bytes, headers: Mapping[str, object], **properties: str) -> Letter:
    marked = {"message_id": f"chaos/{uuid4()}", **properties}
    return Letter(source, events_exchange(source), event_type, body, headers, marked)


def hostile_calls(ground: Ground) -> None:
    """What a gateway in other hands could send: none of it may stop a service, or be carried out."""
    send(ground.stack, [letter for service in SERVICES for letter in _calls(service)])


def _calls(service: str) -> Iterator[Letter]:
    call = json.dumps({"args": [], "kwargs": {}}).encode()
    reply = {"reply_to": str(uuid4()), "correlation_id": str(uuid4())}
    bodies = (b"", b"\xff", b"[]", b'"x"', b"{}", b'{"args": 5, "kwargs": 5}', b"[" * 100_000, b"x" * 1_000_000)
    for body in bodies:
        yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.is_ready", body, {}, reply)
    yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.is_ready", call)
    yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.no_such_method", call, {}, reply)
    yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.is_ready", call, {}, {**reply, "reply_to": f"{service}.is_ready"})
    for odd in ({"nameko.call_id_stack": 5}, {"traceparent": 5}, {"traceparent": "00-x"}):
        yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.is_ready", call, odd, reply)
    for content_type in ("application/x-python-serialize", "application/x-yaml", "text/plain", ""):
        yield Letter(GATEWAY, RPC_EXCHANGE, f"{service}.is_ready", call, {}, {**reply, "content_type": content_type})


FAULTS = (
    Fault(
        "doubled",
        MESSAGES,
        f"重复 every event of {CASES} cases {TIMES} times more",
        partial(again, disorder=_doubled, first=False),
    ),
    Fault(
        "shuffled",
        MESSAGES,
        f"乱序 every event of {CASES} cases again, in any order",
        partial(again, disorder=_shuffled, first=False),
    ),
    Fault(
        "late",
        MESSAGES,
        f"迟到 every event of {CASES} old cases again, the last first",
        partial(again, disorder=_backwards, first=True),
    ),
    Fault("astray", MESSAGES, f"走失 every other event late and in any order, for {SECONDS:g} s", astray),
    Fault("poison", MESSAGES, "毒消息 bodies and headers that are no event", poison),
    Fault("hostile-calls", MESSAGES, "恶意调用 calls as nobody of ours makes them", hostile_calls),
)
