"""The load: residents report at a steady rate, and everybody walks the cases on, whatever happens to the servers.

What a client was told is kept in a list of its own: by that, and not by any store, the system is judged.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from threading import Event

from PIL import Image

from chaos.crowd import WHOLE_WAY, Crowd
from steward.replay.client import Gateway, Refused, Unanswered
from steward.replay.columns import Submission
from steward.replay.journey import Journey
from steward.replay.people import resident_of
from steward.replay.run import Pace
from steward.replay.script import Rates

CLIENTS = 12
"""Cases under way at a time: enough that reports keep coming while those before them wait out a fault."""
RATE = 4.0
"""Reports a second: far from what the system can carry, so that it is the fault that is seen."""
WITH_PICTURE = 4
"""Every so manieth report comes with a picture."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as its sender remembers it. `case_id` is None where it was never acknowledged.

    `fault` is the one under which it was sent; `trouble` is what kept its case from its end.
    """

    key: str
    user: str
    fault: str
    case_id: str | None = None
    picture_id: str | None = None
    trouble: str | None = None


class Load:
    def __init__(self, gateway: Gateway, crowd: Crowd, run_id: str) -> None:
        self.gateway = gateway
        self.fault = ""
        """Under which reports are sent now."""
        self.sent: list[Sent] = []
        self._crowd = crowd
        self.run_id = run_id
        self._stopping = Event()

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """At the end nobody reports any more, and every case has been carried as far as its script goes."""
        pace = Pace(RATE)
        with ThreadPoolExecutor(CLIENTS) as pool:
            clients: list[Future[None]] = [pool.submit(self._carry_on, pace) for _ in range(CLIENTS)]
            try:
                yield
            finally:
                self._stopping.set()
        for client in clients:
            client.result()

    def carry_one(self, gateway: Gateway) -> Sent:
        """One case more, the whole way and with a picture.

        Its trouble is for the caller alone: who tries whether all is well tries again.
        """
        sent = self._carry(self._crowd.next(), WHOLE_WAY, gateway, with_picture=True)
        self.sent.append(replace(sent, trouble=None))
        return sent

    def _carry_on(self, pace: Pace) -> None:
        while not self._stopping.is_set():
            pace.wait()
            submission = self._crowd.next()
            with_picture = submission.line % WITH_PICTURE == 0
            self.sent.append(self._carry(submission, Rates(), self.gateway, with_picture=with_picture))

    def _carry(self, submission: Submission, rates: Rates, gateway: Gateway, *, with_picture: bool) -> Sent:
        key = f"{self.run_id}-{submission.line}"
        sent = Sent(key, submission.user, self.fault)
        try:
            if with_picture:
                told = gateway.upload("/pictures", resident_of(submission), f"{key}-0", PICTURE, "image/jpeg")
                sent = replace(sent, picture_id=told["picture_id"])
                submission = replace(submission, body={**submission.body, "pictures": [sent.picture_id]})
        except (Refused, Unanswered) as error:
            sent = replace(sent, trouble=str(error))
        else:
            outcome = Journey(gateway, self._crowd.play(submission, rates), key, lambda _: None).run()
            sent = replace(sent, case_id=outcome.case_id, trouble=outcome.trouble)
        return sent


def _picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (320, 240), (200, 30, 30)).save(file, "JPEG")
    return file.getvalue()


PICTURE = _picture()
