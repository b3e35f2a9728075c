"""Both stores of bytes, on their real servers: GridFS on MongoDB, and S3 on moto's, run by the test."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from moto.server import ThreadedMotoServer
from pymongo import MongoClient

from services.pictures.settings import Bucket
from services.pictures.storage.gridfs_store import GridFSStore
from services.pictures.storage.s3_store import S3Store
from services.pictures.storage.store import Store
from shared.contracts.pictures import ORIGINAL, THUMBNAIL, VARIANTS, VIEW
from shared.contracts.topology import PICTURES
from shared.kernel.errors import Unavailable
from steward.stack import Stack
from steward.stack.ports import LOOPBACK

pytestmark = pytest.mark.servers

LARGE = b"\x89" * 3_000_000
NOWHERE = Bucket("http://127.0.0.1:9", "sample-pictures", "sample", "sample", "us-east-1")

Put = Callable[[str, str, bytes], None]


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Store]:
    server = ThreadedMotoServer(LOOPBACK, port=0)
    server.start()
    host, port = server.get_host_and_port()
    store = S3Store(Bucket(f"http://{host}:{port}", "sample-pictures", "sample", "sample", "us-east-1"))
    store._client.create_bucket(Bucket="sample-pictures")
    yield store
    server.stop()


@pytest.fixture(params=["gridfs", "s3"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "s3":
        yield request.getfixturevalue("bucket")
        return
    servers: Stack = request.getfixturevalue("servers")
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(PICTURES), tz_aware=True)
    with client:
        yield GridFSStore(client[PICTURES])


@pytest.fixture
def put(store: Store, tmp_path: Path) -> Put:
    def kept(picture_id: str, variant: str, content: bytes) -> None:
        (tmp_path / variant).write_bytes(content)
        store.put(picture_id, variant, tmp_path / variant, "image/jpeg")

    return kept


def test_what_is_put_is_read_again_in_pieces(store: Store, put: Put) -> None:
    picture_id = str(uuid4())
    for variant, content in ((ORIGINAL, LARGE), (VIEW, b"view"), (THUMBNAIL, b"thumbnail")):
        put(picture_id, variant, content)
    pieces = list(store.read(picture_id, ORIGINAL))
    assert b"".join(pieces) == LARGE
    assert max(map(len, pieces)) < 1_000_000
    assert b"".join(store.read(picture_id, THUMBNAIL)) == b"thumbnail"


def test_what_there_is_not_is_said_before_the_first_piece(store: Store) -> None:
    with pytest.raises(KeyError):
        store.read(str(uuid4()), VIEW)


def test_all_of_a_picture_is_removed_and_nothing_else(store: Store, put: Put) -> None:
    gone, kept = str(uuid4()), str(uuid4())
    for picture_id in (gone, kept):
        for variant in VARIANTS:
            put(picture_id, variant, b"content")
    store.remove(gone)
    store.remove(gone)
    for variant in VARIANTS:
        with pytest.raises(KeyError):
            store.read(gone, variant)
        assert b"".join(store.read(kept, variant)) == b"content"


def test_chunks_whose_writer_died_are_removed_too(servers: Stack) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(servers.addresses.mongo_uri(PICTURES))
    with client:
        chunks = client[PICTURES]["bytes.chunks"]
        picture_id = str(uuid4())
        chunks.insert_one({"files_id": f"{picture_id}/original", "n": 0, "data": b"half"})
        GridFSStore(client[PICTURES]).remove(picture_id)
        assert chunks.count_documents({"files_id": f"{picture_id}/original"}) == 0


def test_a_bucket_that_is_away_is_told_as_unavailable(tmp_path: Path) -> None:
    (tmp_path / VIEW).write_bytes(b"x")
    with pytest.raises(Unavailable):
        S3Store(NOWHERE).put(str(uuid4()), VIEW, tmp_path / VIEW, "image/jpeg")
    with pytest.raises(Unavailable):
        S3Store(NOWHERE).read(str(uuid4()), VIEW)
