"""The proxy of the fault harness does to a line what it says: the faults of the network are worth no more than that."""

import socket
import threading
from collections.abc import Iterator

import pytest

from chaos.proxy import Proxy

SOON, AT_ONCE = 5.0, 0.3


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


def answer(connection: socket.socket) -> None:
    with connection:
        try:
            while piece := connection.recv(1024):
                connection.sendall(piece)
        except OSError:
            return


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    with Proxy(echo) as proxy:
        yield proxy


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=SOON)


def says(line: socket.socket, word: bytes = b"hello", within: float = SOON) -> bytes:
    line.settimeout(within)
    line.sendall(word)
    return line.recv(1024)


def is_broken(line: socket.socket) -> bool:
    line.settimeout(SOON)
    try:
        return line.recv(1024) == b""
    except ConnectionError:
        return True


def test_a_sound_line_passes_everything(proxy: Proxy) -> None:
    with connect(proxy) as line:
        assert says(line) == b"hello"


def test_a_cut_line_breaks_and_cannot_be_made_until_it_is_mended(proxy: Proxy) -> None:
    with connect(proxy) as line:
        says(line)
        proxy.cut()
        assert is_broken(line)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.mend()
    with connect(proxy) as line:
        assert says(line) == b"hello"


def test_a_reset_line_breaks_and_the_next_is_sound(proxy: Proxy) -> None:
    with connect(proxy) as line:
        says(line)
        proxy.reset()
        assert is_broken(line)
    with connect(proxy) as line:
        assert says(line) == b"hello"


def test_a_slow_line_takes_its_time_in_both_directions(proxy: Proxy) -> None:
    with connect(proxy) as line:
        proxy.slow(AT_ONCE)
        with pytest.raises(TimeoutError):
            says(line, within=AT_ONCE)
        line.settimeout(SOON)
        assert line.recv(1024) == b"hello"


def test_what_is_said_on_a_silent_line_arrives_once_it_is_mended(proxy: Proxy) -> None:
    with connect(proxy) as line:
        proxy.silence()
        with pytest.raises(TimeoutError):
            says(line, within=AT_ONCE)
        proxy.mend()
        line.settimeout(SOON)
        assert line.recv(1024) == b"hello"


def test_a_half_open_line_swallows_until_it_is_mended_and_others_are_sound(proxy: Proxy) -> None:
    with connect(proxy) as line:
        says(line)
        proxy.forget()
        with pytest.raises(TimeoutError):
            says(line, within=AT_ONCE)
        with connect(proxy) as other:
            assert says(other) == b"hello"
        proxy.mend()
        assert is_broken(line)


def test_a_mute_line_gives_no_answer_and_then_breaks(proxy: Proxy) -> None:
    with connect(proxy) as line:
        says(line)
        proxy.mute()
        with pytest.raises(TimeoutError):
            says(line, within=AT_ONCE)
        proxy.mend()
        assert is_broken(line)
