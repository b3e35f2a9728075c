"""The folder in which an upload is worked on: gone once it is answered, or an hour after its process was killed.

What lies in it still says where the picture was taken.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "steward-picture-"
LEFT_OVER = timedelta(hours=1)
"""Longer than any upload may take."""


def upload_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix=PREFIX)


def remove_left_over(at: datetime) -> None:
    """Of this and of every other process on this machine that works in the same place; `at` is the time it is."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else was faster
            if folder.stat().st_mtime < (at - LEFT_OVER).timestamp():
                rmtree(folder)
