"""Dead letters of intake for a test to heal, and what came to its inbox of them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import islice
from typing import Any

from click.testing import CliRunner, Result
from kombu import Connection

from shared.contracts.topology import FEED, INTAKE, dead_letters, inbox, retry_exchange, retry_queue
from shared.runtime.clock import now
from shared.runtime.ladder import failed_again
from shared.runtime.publisher import ConfirmedPublisher, Letter
from steward.cli import main
from steward.healing.filters import Filter
from steward.healing.queue import opened
from steward.healing.workplace import Workplace
from steward.stack import Stack
from steward.stack.users import ADMINISTRATOR

LOWEST = retry_queue(INTAKE, 2)


@contextmanager
def workplace(servers: Stack) -> Iterator[Workplace]:
    """An operator's, with nothing in the queues that are used here, before and after."""
    empty(servers, dead_letters(INTAKE), LOWEST, inbox(INTAKE), dead_letters(FEED))
    yield Workplace(str(servers.home.folder))
    empty(servers, dead_letters(INTAKE), LOWEST, inbox(INTAKE), dead_letters(FEED))


def empty(servers: Stack, *queues: str) -> None:
    with Connection(servers.addresses.amqp_uri(ADMINISTRATOR)) as connection:
        channel = connection.channel()
        for queue in queues:
            channel.queue_purge(queue)


def bury_some(servers: Stack, count: int, words: str = "示例", body: bytes | None = None) -> list[bytes]:
    """The bodies of new letters of intake, every other of which is odd."""
    bodies = [body or f"{words} {number}".encode() for number in range(count)]
    headers = {"ce-type": "WorkStarted", "ce-source": "dispatch", "ce-subject": "case-1"}
    errors = ("Busy: even", "Busy: odd")
    letters = [(one, failed_again(headers, 4, errors[number % 2], now())) for number, one in enumerate(bodies)]
    bury(servers, INTAKE, letters)
    return bodies


def bury(servers: Stack, service: str, letters: list[tuple[bytes, dict[str, Any]]]) -> None:
    """Bodies with their headers, as the service itself would where it gives up."""
    publisher = ConfirmedPublisher(servers.addresses.amqp_uri(service), patience=30)
    exchange, queue = retry_exchange(service), dead_letters(service)
    assert publisher.publish([Letter(exchange, queue, *one, sha256(one[0]).hexdigest()) for one in letters]) == set()
    publisher.close()


def buried(at: Workplace) -> list[Any]:
    """Intake's dead letters, in their order."""
    with opened(at.amqp_uri, INTAKE) as queue:
        return [letter for _, letter in queue.meant(Filter())]


def dead(at: Workplace) -> list[bytes]:
    return [letter.body for letter in buried(at)]


def arrived(servers: Stack, count: int, patience: float = 15) -> list[bytes]:
    """What came to intake's inbox, in its order."""
    return list(islice(_arriving(servers, patience), count))


def arrived_of(servers: Stack, bodies: set[bytes]) -> set[bytes]:
    """Those of them that came to the inbox."""
    came: set[bytes] = set()
    for body in _arriving(servers, 15):
        came |= {body} & bodies
        if came == bodies:
            break
    return came


def _arriving(servers: Stack, patience: float) -> Iterator[bytes]:
    with Connection(servers.addresses.amqp_uri(INTAKE)) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if message := channel.basic_get(inbox(INTAKE), no_ack=True):
                yield message.body
            else:
                time.sleep(0.05)


def command(servers: Stack, *arguments: str) -> Result:
    """Of `steward`, on a wide terminal."""
    environment = {"COLUMNS": "300", "AMQP_URI": "", "MONGO_URI": ""}
    return CliRunner().invoke(main, [*arguments, "--home", str(servers.home.folder)], env=environment)
