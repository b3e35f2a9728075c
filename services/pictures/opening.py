"""The pictures of this process: over the store that its settings name, and where the gateway hands bytes over."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.pictures.handing_over import create_app
from services.pictures.handlers import Pictures
from services.pictures.repository import MongoPictures
from services.pictures.settings import PictureSettings, read_picture_settings
from services.pictures.storage.gridfs_store import GridFSStore
from services.pictures.storage.store import Store
from shared.runtime.mongo import Mongo, connect
from shared.runtime.serving import InnerServer
from shared.runtime.settings import read_settings
from shared.runtime.tickets import Tickets

SOCKET_TIMEOUT = 30
"""Seconds that a connection may say nothing."""
LAST_SECONDS = 10
"""That an upload may still take once the process is to end; one that is cut off is not answered, and sent again."""


class KeptPictures(DependencyProvider):
    """Gives a worker the pictures, and serves the inner HTTP side from them."""

    def setup(self) -> None:
        settings = read_picture_settings()
        self._pictures = open_pictures(connect(read_settings().mongo_uri, self.container.service_name), settings)
        self._app = create_app(self._pictures, Tickets(settings.secret))
        self._address = settings.address

    def start(self) -> None:
        self._inner_side = InnerServer(self._address, self._app, SOCKET_TIMEOUT)
        self.container.spawn_managed_thread(self._inner_side.run)

    def stop(self) -> None:
        """Takes no further upload, and finishes those under way."""
        self._inner_side.drain(LAST_SECONDS)

    def get_dependency(self, worker_ctx: Any) -> Pictures:
        return self._pictures


def open_pictures(db: Mongo, settings: PictureSettings) -> Pictures:
    pictures = MongoPictures(db)
    pictures.create_indexes()
    return Pictures(pictures, open_store(db, settings))


def open_store(db: Mongo, settings: PictureSettings) -> Store:
    """Raises ImportError, saying what to install, where the bucket's library is missing."""
    if settings.bucket is None:
        return GridFSStore(db)
    try:
        from services.pictures.storage.s3_store import S3Store
    except ImportError as error:
        error.add_note("PICTURES_STORE=s3 needs boto3: pip install neighbourhood-steward[s3]")
        raise
    return S3Store(settings.bucket)
