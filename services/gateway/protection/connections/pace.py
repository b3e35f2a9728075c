"""Reading a body and writing an answer no slower than the slowest phone on a bad line."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, BinaryIO

from eventlet import Timeout
from werkzeug.exceptions import RequestTimeout

PIECE = 16 * 1024
"""Bytes of an answer that are given to the system at a time: whoever takes none of them shows soon."""
SHORTEST = 0.001
"""Seconds: what is there already is taken also after the deadline."""


class Abandoned(BaseException):
    """Nobody reads the answer any more. Not for those who would try to answer an error, as nobody would read that."""


class Pace:
    """`grace` seconds, and then `rate` bytes a second on average."""

    def __init__(self, grace: float, rate: int) -> None:
        self.grace, self.rate = grace, rate

    def seconds(self, size: int) -> float:
        return self.grace + size / self.rate


class PacedReader:
    """The body of one request; `give_up` closes the connection after the answer, as what follows is unknown."""

    def __init__(self, source: BinaryIO, pace: Pace, give_up: Callable[[], None]) -> None:
        self._source: Any = source
        self._pace = pace
        self._give_up = give_up
        self._since: float | None = None
        self._received = 0

    def read(self, size: int) -> bytes:
        """Fewer bytes than asked for only at the end. Raises RequestTimeout."""
        pieces, missing = [], size
        while missing > 0 and (piece := self._piece(self._source.read1, missing)):
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def readline(self, size: int) -> bytes:
        return self._piece(self._source.readline, size)

    def _piece(self, read: Callable[[int], bytes], size: int) -> bytes:
        with self._in_time():
            piece = read(size)
        self._received += len(piece)
        return piece

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """The deadline moves on with what has come."""
        self._since = self._since or monotonic()
        left = self._since + self._pace.seconds(self._received) - monotonic()
        try:
            with Timeout(max(left, SHORTEST), RequestTimeout()):
                yield
        except RequestTimeout:
            self._give_up()
            raise


class PacedWriter:
    """The answers of one connection. A stream may be silent as long as it likes, but what is written must be taken."""

    def __init__(self, target: BinaryIO, pace: Pace, give_up: Callable[[], None]) -> None:
        self._target = target
        self._pace = pace
        self._give_up = give_up

    @property
    def closed(self) -> bool:
        return self._target.closed

    def write(self, answer: bytes) -> None:
        """Each piece in its time and all of them on average: what the system buffers earns nobody a rest.

        Raises Abandoned.
        """
        since = monotonic()
        for start in range(0, len(answer), PIECE):
            on_average = since + self._pace.seconds(start + PIECE) - monotonic()
            with self._in_time(min(on_average, self._pace.seconds(PIECE))):
                self._target.write(answer[start : start + PIECE])

    def writelines(self, pieces: Iterable[bytes]) -> None:
        """Raises Abandoned."""
        self.write(b"".join(pieces))

    def flush(self) -> None:
        """Raises Abandoned."""
        with self._in_time(self._pace.seconds(PIECE)):
            self._target.flush()

    def close(self) -> None:
        self._target.close()

    @contextmanager
    def _in_time(self, seconds: float) -> Iterator[None]:
        try:
            with Timeout(max(seconds, SHORTEST), TimeoutError()):
                yield
        except OSError as gone:
            self._give_up()
            raise Abandoned from gone
