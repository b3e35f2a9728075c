"""`python -m tests.support.guarded ADDRESS`: the gateway's web server, with a small application behind it.

POST /echo says how many bytes came, GET /large gives 32 MB in one piece, GET /fails breaks, GET /slow takes a second.
"""

import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from steward.stack.ports import LOOPBACK, Ports

READY = "ready"
LARGE = 32 * 2**20


@contextmanager
def guarded_server(**settings: object) -> Iterator[tuple[int, int]]:
    """The port and the process id; `settings` by their names in the environment."""
    port = Ports.free().gateway
    with _started(f"{LOOPBACK}:{port}", settings) as process:
        yield port, process.pid


@contextmanager
def guarded_servers(number: int, **settings: object) -> Iterator[tuple[int, list[Popen[str]]]]:
    """As many processes on one socket, which stays open whatever becomes of them: the port and the processes."""
    with socket.create_server((LOOPBACK, 0), backlog=100) as listening, ExitStack() as opened:
        processes = [opened.enter_context(_started("fd://0", settings, listening)) for _ in range(number)]
        yield listening.getsockname()[1], processes


@contextmanager
def _started(address: str, settings: Mapping[str, object], stdin: socket.socket | None = None) -> Iterator[Popen[str]]:
    command = [sys.executable, "-m", "tests.support.guarded", address]
    root = Path(__file__).parents[2]
    environment = {"PYTHONPATH": str(root)} | {name: str(value) for name, value in settings.items()}
    with Popen(command, stdin=stdin, stdout=PIPE, text=True, cwd=root, env=environment) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().strip() == READY
            yield process
        finally:
            process.terminate()
            process.wait(10)


def _serve(address: str) -> None:
    import eventlet

    eventlet.monkey_patch()

    from flask import Flask, request
    from nameko.containers import ServiceContainer
    from nameko.extensions import Entrypoint

    from services.gateway import problems
    from services.gateway.protection.connections.server import GuardedServer

    app = Flask("guarded", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 2**20
    problems.register(app)
    app.add_url_rule("/echo", "echo", lambda: str(len(request.get_data())), methods=["POST"])
    app.add_url_rule("/large", "large", lambda: b"x" * LARGE)
    app.add_url_rule("/slow", "slow", lambda: (eventlet.sleep(1), "done")[1])
    app.add_url_rule("/fails", "fails", lambda: str(1 // 0))

    class Server(GuardedServer):
        def get_wsgi_app(self) -> Flask:
            return app

    class Serve(Entrypoint):
        server = Server()

        def setup(self) -> None:
            self.server.register_provider(self)

        def stop(self) -> None:
            self.server.drain()
            self.server.unregister_provider(self)

    class Service:
        name = "guarded"

        @Serve.decorator
        def http(self) -> None: ...

    container = ServiceContainer(Service, {"WEB_SERVER_ADDRESS": address, "max_workers": 1})
    signal.signal(signal.SIGTERM, lambda *_: eventlet.spawn_n(container.stop))
    container.start()
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    until_it_ends = eventlet.spawn(container.wait)
    while not until_it_ends.dead:
        eventlet.sleep(0.05)  # a signal wakes nobody who waits for a socket


if __name__ == "__main__":
    _serve(sys.argv[1])
