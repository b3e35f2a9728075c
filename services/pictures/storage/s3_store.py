"""Bytes in a bucket that speaks S3: an object for each variant, under the id of its picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from services.pictures.settings import Bucket
from shared.contracts.pictures import VARIANTS
from shared.kernel.errors import Unavailable

PIECE = 256 * 1024
WAITING = Config(connect_timeout=3, read_timeout=20, retries={"total_max_attempts": 2})
"""Seconds, and attempts; whoever sends the picture tries again after that."""
MISSING = ("NoSuchKey", "404")


class S3Store:
    """Raises Unavailable where the bucket does not answer, or refuses what it is asked."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket.name
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=bucket.endpoint,
            aws_access_key_id=bucket.key,
            aws_secret_access_key=bucket.secret,
            region_name=bucket.region,
            config=WAITING,
        )

    def put(self, picture_id: str, variant: str, file: Path, media_type: str) -> None:
        with _told_as_ours(), file.open("rb") as body:
            self._client.put_object(**self._named(picture_id, variant), Body=body, ContentType=media_type)

    def read(self, picture_id: str, variant: str) -> Iterator[bytes]:
        with _told_as_ours():
            found = self._client.get_object(**self._named(picture_id, variant))
        pieces: Iterator[bytes] = found["Body"].iter_chunks(PIECE)
        return pieces

    def remove(self, picture_id: str) -> None:
        """To remove what is not there is no error in S3."""
        with _told_as_ours():
            for variant in VARIANTS:
                self._client.delete_object(**self._named(picture_id, variant))

    def _named(self, picture_id: str, variant: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": f"{picture_id}/{variant}"}


@contextmanager
def _told_as_ours() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in MISSING:
            raise KeyError("no such object") from error
        raise Unavailable("the bucket") from error
    except BotoCoreError as error:
        raise Unavailable("the bucket") from error
