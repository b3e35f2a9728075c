"""The files of a backup: what was written is read again, and what is not what was written is refused."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import bson
import pytest

from steward.backup.contents import Namespace
from steward.backup.errors import BackupError
from steward.backup.files import file_of, read_part, verify, write_part
from steward.backup.manifest import MANIFEST, Manifest, Part
from steward.backup.secrecy import fingerprints, require_same
from steward.stack.record import Secrets

REPORTS = Namespace("intake", "reports")
DOCUMENTS = [{"_id": f"case-{number}", "words": "下水道堵塞" * number} for number in range(7)]


def written(folder: Path, documents: Sequence[dict[str, object]] = DOCUMENTS) -> Part:
    batches = [b"".join(map(bson.encode, documents[:4])), b"".join(map(bson.encode, documents[4:]))]
    path = file_of(REPORTS)
    done = write_part(folder / path, batches)
    return Part(*REPORTS, path, done.documents, done.size, done.digest, [])


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    part = written(tmp_path)
    verify(tmp_path, part)
    assert part.documents == len(DOCUMENTS)
    assert part.size == sum(len(bson.encode(document)) for document in DOCUMENTS)
    assert [bson.decode(document.raw) for document in read_part(tmp_path, part)] == DOCUMENTS


def test_an_empty_collection_is_a_part_too(tmp_path: Path) -> None:
    part = written(tmp_path, [])
    verify(tmp_path, part)
    assert (part.documents, list(read_part(tmp_path, part))) == (0, [])


def test_the_same_documents_make_the_same_file(tmp_path: Path) -> None:
    assert written(_made(tmp_path / "a")) == written(_made(tmp_path / "b"))


def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    part = written(tmp_path)
    assert (tmp_path / part.file).stat().st_mode & 0o077 == 0
    assert (tmp_path / part.file).parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("at", [0, 40, -1])
def test_one_changed_byte_is_noticed(tmp_path: Path, at: int) -> None:
    part = written(tmp_path)
    content = bytearray((tmp_path / part.file).read_bytes())
    content[at] ^= 1
    (tmp_path / part.file).write_bytes(content)
    with pytest.raises(BackupError, match="damaged"):
        verify(tmp_path, part)


def test_a_file_that_is_missing_or_cut_off_is_noticed(tmp_path: Path) -> None:
    part = written(tmp_path)
    (tmp_path / part.file).write_bytes((tmp_path / part.file).read_bytes()[:-9])
    with pytest.raises(BackupError, match="damaged"):
        verify(tmp_path, part)
    with pytest.raises(BackupError, match="cannot be read"):
        list(read_part(tmp_path, part))
    (tmp_path / part.file).unlink()
    with pytest.raises(BackupError, match="lacks"):
        verify(tmp_path, part)


def test_a_manifest_is_read_as_it_was_saved(tmp_path: Path) -> None:
    manifest = Manifest("2026-03-02T10:00:00+00:00", (1772445600, 7), {"intake": "0123"}, [written(tmp_path)])
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest
    assert manifest.documents == len(DOCUMENTS)


@pytest.mark.parametrize("change", [{"parts": 7}, {"format": 2}, {"surprise": 1}, {"parts": [{"file": "../x"}]}])
def test_a_manifest_that_is_none_of_ours_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    Manifest("2026-03-02T10:00:00+00:00", (1772445600, 7), {}, []).save(tmp_path)
    stored = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    (tmp_path / MANIFEST).write_text(json.dumps(stored | change), encoding="utf-8")
    with pytest.raises(BackupError):
        Manifest.load(tmp_path)


def test_a_folder_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no whole backup"):
        Manifest.load(tmp_path)


def test_other_secrets_are_named_and_none_of_them_is_shown() -> None:
    then, today = (asdict(Secrets()) for _ in range(2))
    require_same(fingerprints(then), fingerprints(then))
    require_same(fingerprints(then), {})
    with pytest.raises(BackupError) as refused:
        require_same(fingerprints(then), {**fingerprints(then), "phone": fingerprints(today)["phone"]})
    assert "phone" in str(refused.value)
    assert "intake" not in str(refused.value)
    assert then["phone"] not in str(refused.value)
    assert not set(map(str, then.values())) & set(fingerprints(then).values())


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
