"""Of an upload whose process was killed nothing stays: it would still say where the picture was taken."""

import os
import tempfile
from pathlib import Path

import pytest

from services.pictures.folders import LEFT_OVER, remove_left_over, upload_folder
from shared.runtime.clock import now


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def age(folder: Path, seconds: float) -> None:
    then = now().timestamp() - seconds
    os.utime(folder, (then, then))


def test_an_upload_that_is_over_leaves_nothing(tmp_path: Path) -> None:
    with upload_folder() as folder:
        (Path(folder) / "original").write_bytes(b"x")
    assert not any(tmp_path.iterdir())


def test_what_a_killed_process_left_is_removed_once_no_upload_can_be_that_old(tmp_path: Path) -> None:
    old, under_way = upload_folder(), upload_folder()
    for folder in (old, under_way):
        (Path(folder.name) / "original").write_bytes(b"x")
    elses = tmp_path / "elses"
    elses.mkdir()
    age(Path(old.name), LEFT_OVER.total_seconds() + 1)
    age(Path(under_way.name), LEFT_OVER.total_seconds() - 60)
    age(elses, 2 * LEFT_OVER.total_seconds())
    remove_left_over(now())
    assert {*tmp_path.iterdir()} == {elses, Path(under_way.name)}
    for folder in (old, under_way):
        folder.cleanup()
