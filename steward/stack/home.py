"""Where a stack keeps its things."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

# A Unix socket's path is limited to 108 bytes, and supervisord binds `<path>.<pid>` before it renames.
LONGEST_SOCKET_PATH = 90


@dataclass(frozen=True)
class Home:
    """The folder of one stack: record, configuration, data and logs."""

    folder: Path

    @classmethod
    def at(cls, folder: Path | str) -> "Home":
        return cls(Path(folder).expanduser().resolve())

    @property
    def record(self) -> Path:
        return self.folder / "stack.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def broker(self) -> Path:
        return self.folder / "rabbitmq"

    @property
    def database(self) -> Path:
        return self.folder / "mongod"

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def observability(self) -> Path:
        """What Prometheus is started with to watch this stack."""
        return self.folder / "observability"

    @property
    def supervisor_config(self) -> Path:
        return self.folder / "supervisord.conf"

    @property
    def supervisor_socket(self) -> Path:
        """Inside the home, unless its path is too long for a Unix socket."""
        inside = self.folder / "supervisor.sock"
        if len(str(inside).encode()) <= LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"steward-{digest}.sock"

    def create(self) -> None:
        """Make the folders, readable by nobody else."""
        for folder in (self.folder, self.logs, self.broker, self.database):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that holds secrets: mode 0600 from its first byte on, replaced in one step."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
