"""supervisord: keeps the programs of a stack running, restarts what dies, and answers on a Unix socket."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Sequence
from configparser import RawConfigParser
from dataclasses import dataclass
from io import StringIO
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from steward import supervising
from steward.stack.errors import StackError
from steward.stack.home import PROJECT, Home, write_private
from steward.stack.leftovers import MARKER
from steward.stack.program import TIERS, Program

RUNNING = "RUNNING"
STOPPABLE = (RUNNING, "STARTING", "BACKOFF")

# supervisord gives up on a program after this many quick failures in a row; a stack never gives up.
UNLIMITED_RETRIES = 1_000_000

# What the programs see of the caller's environment; everything else reaches them as a setting only.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR")


@dataclass(frozen=True)
class ProcessState:
    name: str
    tier: str
    state: str
    pid: int
    uptime: int
    """Seconds since the process started; 0 when it does not run."""

    @property
    def running(self) -> bool:
        return self.state == RUNNING


class Supervisor:
    """The supervisord of one home; it may not be running."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def launch(self, programs: Iterable[Program]) -> None:
        """Start supervisord, and with it these programs."""
        write_private(self.home.supervisor_config, configuration(self.home, programs))
        started = subprocess.run(
            [sys.executable, "-m", supervising.__name__, "-c", self.home.supervisor_config],
            cwd=PROJECT,
            env=inherited() | {MARKER: str(self.home.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode:
            raise StackError(f"supervisord: {started.stderr.strip() or started.stdout.strip()}")

    def is_alive(self) -> bool:
        """Whether supervisord answers, be it that it is shutting down."""
        try:
            self._call("getState")
        except OSError:
            return False
        except StackError:
            return True
        return True

    def processes(self) -> list[ProcessState] | None:
        """The state of every program, or None when supervisord does not answer."""
        try:
            answer = self._call("getAllProcessInfo")
        except OSError:
            return None
        return [
            ProcessState(
                name=str(info["name"]),
                tier=str(info["group"]),
                state=str(info["statename"]),
                pid=int(info["pid"]),
                uptime=int(info["now"] - info["start"]) if info["pid"] else 0,
            )
            for info in answer
        ]

    def extend(self, programs: Sequence[Program]) -> None:
        """Start the tiers that do not run yet; `programs` are all that shall run, those that already do included."""
        write_private(self.home.supervisor_config, configuration(self.home, programs))
        self._call("reloadConfig")
        supervised = {process.tier for process in self.processes() or ()}
        for tier in TIERS:
            if tier not in supervised and any(program.tier == tier for program in programs):
                self._call("addProcessGroup", tier)

    def stop(self, program: Program) -> None:
        """Returns when it has ended, by itself or killed after its time; at once where it does not run."""
        if any(process.name == program.name and process.state in STOPPABLE for process in self.processes() or ()):
            self._call("stopProcess", f"{program.tier}:{program.name}")

    def start(self, program: Program) -> None:
        """Returns at once."""
        self._call("startProcess", f"{program.tier}:{program.name}", False)

    def shutdown(self) -> None:
        """Ask supervisord to stop every program, services first, and then to end itself."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self.home.supervisor_socket}")
        with ServerProxy("http://localhost", transport=transport) as server:
            try:
                return getattr(server.supervisor, method)(*arguments)
            except Fault as fault:
                raise StackError(f"supervisord {method} {arguments}: {fault.faultString}") from fault


def inherited() -> dict[str, str]:
    """What a program sees of this process's environment, beside its own settings."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


def configuration(home: Home, programs: Iterable[Program]) -> str:
    """The text of `supervisord.conf`. It holds secrets: the programs' environment."""
    parser = RawConfigParser()
    parser.read_dict(_own_sections(home))
    listed = list(programs)
    for program in listed:
        parser[f"program:{program.name}"] = _program_section(home, program)
    for priority, tier in enumerate(TIERS, start=1):
        if members := [program for program in listed if program.tier == tier]:
            parser[f"group:{tier}"] = _group_section(members, priority)
    text = StringIO()
    parser.write(text)
    return text.getvalue()


def _own_sections(home: Home) -> dict[str, dict[str, str]]:
    url = f"unix://{home.supervisor_socket}"
    return {
        "unix_http_server": {"file": str(home.supervisor_socket), "chmod": "0700"},
        "supervisord": {
            "logfile": str(home.logs / "supervisord.log"),
            "logfile_maxbytes": "5MB",
            "logfile_backups": "2",
            "pidfile": str(home.folder / "supervisord.pid"),
            "childlogdir": str(home.logs),
            "directory": str(PROJECT),
        },
        "rpcinterface:supervisor": {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        },
        "supervisorctl": {"serverurl": url},
    }


def _group_section(members: Sequence[Program], priority: int) -> dict[str, str]:
    """`socket` is an addition of ours, see `steward.supervising`."""
    section = {"programs": ",".join(member.name for member in members), "priority": str(priority)}
    return section | ({"socket": members[0].socket} if members[0].socket else {})


def _program_section(home: Home, program: Program) -> dict[str, str]:
    return {
        "command": _literal(shlex.join(program.command)),
        "environment": ",".join(f"{name}={_quoted(value)}" for name, value in program.environment.items()),
        "directory": str(PROJECT),
        "autorestart": "true",
        "startsecs": "1",
        "startretries": str(UNLIMITED_RETRIES),
        "stopwaitsecs": str(program.stop_seconds),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(home.logs / f"{program.name}.log"),
        "stdout_logfile_maxbytes": "10MB",
        "stdout_logfile_backups": "3",
    }


def _literal(text: str) -> str:
    """supervisord expands `%(name)s` everywhere; nothing of ours is meant so."""
    return text.replace("%", "%%")


def _quoted(value: str) -> str:
    if '"' in value or not value.isprintable():
        raise StackError(f"a setting can hold neither quotes nor control characters: {value!r}")
    return f'"{_literal(value)}"'
