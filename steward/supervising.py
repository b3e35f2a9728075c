"""supervisord, with groups whose programs share a listening socket.

Its `fcgi-program` hands a listening socket to processes as file descriptor 0, but they are copies of one program
with one environment, and the socket is closed when the last of them ends. Here a `group` may say `socket`: its
programs get it as descriptor 0, each with what is its own, and it stays open for as long as the group runs. So who
connects while they restart waits in line, and is not refused.
"""

from contextlib import suppress
from typing import Any

from supervisor.medusa.asyncore_25 import ExitNow
from supervisor.options import FastCGIGroupConfig, FastCGIProcessConfig, ServerOptions
from supervisor.process import FastCGIProcessGroup
from supervisor.supervisord import Supervisor


class SharingGroup(FastCGIProcessGroup):
    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._held = self.socket_manager.get_socket()

    def stop_all(self) -> None:
        """Everything is shut down: from now on nobody is made to wait in line."""
        self._held = None
        super().stop_all()

    def before_remove(self) -> None:
        self._held = None


class SharingGroupConfig(FastCGIGroupConfig):
    def make_group(self) -> SharingGroup:
        return SharingGroup(self)


class SharingOptions(ServerOptions):
    def process_groups_from_parser(self, parser: Any) -> list[Any]:
        """As supervisord reads them, but for groups with a socket."""
        return [self._sharing(parser, group) or group for group in super().process_groups_from_parser(parser)]

    def _sharing(self, parser: Any, group: Any) -> SharingGroupConfig | None:
        section = f"group:{group.name}"
        if not parser.has_option(section, "socket"):
            return None
        listening = self.parse_fcgi_socket(parser.saneget(section, "socket"), None, None, None, None)
        programs = [
            config
            for program in group.process_configs
            for config in self.processes_from_section(
                parser, f"program:{program.name}", group.name, FastCGIProcessConfig
            )
        ]
        return SharingGroupConfig(self, group.name, group.priority, programs, listening)


def main() -> None:
    """As `supervisord`, with its arguments."""
    options = SharingOptions()
    options.realize(doc=__doc__)
    options.first, options.test = True, False
    with suppress(ExitNow):
        Supervisor(options).main()
    options.close_httpservers()
    options.close_logger()


if __name__ == "__main__":
    main()
