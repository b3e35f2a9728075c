"""The stack of one home folder, as an object."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import psutil

from steward.stack import leftovers, mongod, rabbitmq, rolling, services
from steward.stack.addresses import Addresses
from steward.stack.certificates import authority_file, write_certificates
from steward.stack.errors import StackError
from steward.stack.home import Home
from steward.stack.instances import several
from steward.stack.ports import Ports
from steward.stack.program import Program
from steward.stack.provisioning import SERVERS_SECONDS, Administration, Provisioned, provision, wait_for_servers
from steward.stack.readiness import http_ok
from steward.stack.record import Launch, Record, Secrets
from steward.stack.rolling import Restarted
from steward.stack.supervisor import ProcessState, Supervisor
from steward.stack.targets import write_targets
from steward.stack.waiting import wait_until

SERVICES_SECONDS = 60
SHUTDOWN_SECONDS = 150
"""Tier after tier, each with its own time to end."""


class Stack:
    """Starts, provisions, watches and stops the processes of one home."""

    def __init__(self, home: Path | str) -> None:
        self.home = Home.at(home)
        self.supervisor = Supervisor(self.home)

    def exists(self) -> bool:
        """Whether a stack was ever started in this home."""
        return self.home.record.exists()

    @property
    def record(self) -> Record:
        """Ports, secrets and launch options. Raises `StackError` before the first `up`."""
        record = Record.load(self.home)
        if record is None:
            raise StackError(f"{self.home.folder} 中没有服务: no stack in this home yet; run `steward up`")
        return record

    @property
    def addresses(self) -> Addresses:
        """How each user reaches the servers and the gateway."""
        return Addresses(self.record)

    def up(
        self,
        *,
        servers_only: bool = False,
        free_ports: bool = False,
        settings: Mapping[str, str] | None = None,
        servers: Mapping[str, str] | None = None,
        instances: Mapping[str, int] | None = None,
        detours: Mapping[str, int] | None = None,
        tls: bool = False,
    ) -> bool:
        """Start what does not run yet; return False when all of it ran already.

        `settings` go into the environment of every service. `servers` may hold `AMQP_URI` (with
        `MANAGEMENT_URI`) and `MONGO_URI` of servers to use in place of the stack's own. `instances` says of
        how many processes a service is made, where it is not one. `detours` are ports, by `amqp` and `mongod`,
        on which the services are to reach the stack's own servers. With `tls` those take encrypted connections
        only, and everybody verifies them by the authority of this home.
        """
        authority = authority_file(self.home) if tls else None
        launch = _launch(settings or {}, servers or {}, instances or {}, detours or {}, authority)
        if self.supervisor.is_alive():
            self._require_same(launch)
            if self._is_running(servers_only):
                return False
        else:
            self._launch(launch, free_ports)
        self.provision()
        if not servers_only:
            self._start_services()
        return True

    def down(self) -> int:
        """Stop everything of this home, services first; return how many processes there were."""
        count = len(leftovers.of_home(self.home))
        if self.supervisor.is_alive():
            self.supervisor.shutdown()
            wait_until(
                lambda: not self.supervisor.is_alive(),
                SHUTDOWN_SECONDS,
                f"supervisord 没有停止: supervisord does not stop; see {self.home.logs}",
            )
        leftovers.stop(self.home)
        return count

    def restart(self, *names: str) -> Iterator[Restarted]:
        """Restart these services or single instances, or all, one process at a time; the servers stay.

        Raises `StackError` where one does not become ready.
        """
        programs = services.programs(self.record)
        if not self.supervisor.is_alive():
            raise StackError("没有运行: nothing runs; see `steward up`")
        yield from rolling.restart(self.supervisor, self.addresses, rolling.chosen(programs, names))

    @contextmanager
    def running(self, **options: Any) -> Iterator[Self]:
        """Up, with the options of `up`, for as long as the block lasts; then killed, as nobody needs its data."""
        try:
            self.up(**options)
            yield self
        finally:
            leftovers.kill(self.home)

    def provision(self) -> Provisioned:
        """Bring the servers of this stack to the wanted state, and remember whether users could be made."""
        record = self.record
        done = provision(Administration.of_record(record))
        if done.database_users != record.launch.database_users:
            replace(record, launch=replace(record.launch, database_users=done.database_users)).save(self.home)
        return done

    def programs(self, *, servers_only: bool = False) -> list[Program]:
        """The programs of this stack, in the order in which they start."""
        record = self.record
        listed: list[Program] = []
        if not record.launch.amqp_uri:
            listed += rabbitmq.programs(self.home, record)
        if not record.launch.mongo_uri:
            listed.append(mongod.program(self.home, record))
        if not servers_only:
            listed += services.programs(record)
        if record != self.record:
            record.save(self.home)  # with the ports of programs that it did not know yet
        return listed

    def processes(self) -> list[ProcessState]:
        """The state of every program; empty when nothing is supervised."""
        return self.supervisor.processes() or []

    def pid(self, name: str) -> int:
        """The process id of a running program. Raises `StackError` when it does not run."""
        for process in self.processes():
            if process.name == name and process.pid:
                return process.pid
        raise StackError(f"{name} 没有运行: {name} is not running")

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to a program, and return the process id that got it."""
        pid = self.pid(name)
        psutil.Process(pid).send_signal(number)
        return pid

    def wait_for_servers(self, seconds: float = SERVERS_SECONDS) -> None:
        """Return when broker and database take connections."""
        wait_for_servers(Administration.of_record(self.record), seconds)

    def wait_for_services(self, seconds: float = SERVICES_SECONDS) -> None:
        """Return when the gateway says that all is ready, and every process says so for itself."""
        addresses = self.addresses
        processes = [addresses.probe(program.name) for program in services.programs(self.record)]
        for address in (addresses.gateway, *processes):
            ready = f"{address}/health/ready"
            wait_until(partial(http_ok, ready), seconds, f"没有就绪: {ready} is not ready; see {self.home.logs}")

    def _launch(self, launch: Launch, free_ports: bool) -> None:
        leftovers.stop(self.home)
        self.home.create()
        if launch.authority:
            write_certificates(self.home)
        known = Record.load(self.home)
        if known is None:
            known = Record(Ports.free() if free_ports else Ports(), Secrets())
        record = replace(known, launch=launch)
        services.programs(record)  # each has a port
        record.ports.require_free()
        record.save(self.home)
        rabbitmq.write_configuration(self.home, record)
        mongod.write_configuration(self.home, record)
        self.supervisor.launch(self.programs(servers_only=True))

    def _start_services(self) -> None:
        """Only now: their sign-ins depend on what provisioning found."""
        supervised = {process.name for process in self.processes()}
        if supervised.isdisjoint(services.PROCESSES):
            self.supervisor.extend(self.programs())
        write_targets(self.home, self.record, self.programs())
        self.wait_for_services()

    def _is_running(self, servers_only: bool) -> bool:
        running = {process.name for process in self.processes() if process.running}
        return running >= {program.name for program in self.programs(servers_only=servers_only)}

    def _require_same(self, launch: Launch) -> None:
        running = self.record.launch
        if replace(launch, database_users=running.database_users) != running:
            raise StackError("正在以其他设置运行: it runs with other settings; run `steward down` first")


def _launch(
    settings: Mapping[str, str],
    servers: Mapping[str, str],
    instances: Mapping[str, int],
    detours: Mapping[str, int],
    authority: Path | None,
) -> Launch:
    return Launch(
        settings=dict(settings),
        amqp_uri=servers.get("AMQP_URI") or None,
        management_uri=servers.get("MANAGEMENT_URI") or None,
        mongo_uri=servers.get("MONGO_URI") or None,
        instances=several(instances),
        detours=dict(detours),
        authority=str(authority) if authority else None,
    )
