"""Settings of the pictures process, from its environment. Read when it starts, never on import."""

from dataclasses import dataclass

from environs import Env, validate

from shared.runtime.environment import environment

GRIDFS, S3 = "gridfs", "s3"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Anything that speaks S3: the cloud's own, or a server in the district's rooms."""

    endpoint: str
    name: str
    key: str
    secret: str
    region: str


@dataclass(frozen=True, slots=True)
class PictureSettings:
    address: str
    """Where the gateway hands over bytes: an address inside, never published."""
    secret: str
    bucket: Bucket | None
    """None: the bytes are in GridFS."""


def read_picture_settings() -> PictureSettings:
    """Raises environs' EnvError, naming the variable, where one is missing or not acceptable."""
    env = environment()
    store = env.str("PICTURES_STORE", GRIDFS, validate=validate.OneOf((GRIDFS, S3)))
    return PictureSettings(
        address=env.str("PICTURES_ADDRESS", "127.0.0.1:8481"),
        secret=env.str("PICTURES_SECRET", ""),
        bucket=_read_bucket(env) if store == S3 else None,
    )


def _read_bucket(env: Env) -> Bucket:
    return Bucket(
        endpoint=env.str("PICTURES_S3_ENDPOINT"),
        name=env.str("PICTURES_S3_BUCKET"),
        key=env.str("PICTURES_S3_KEY"),
        secret=env.str("PICTURES_S3_SECRET"),
        region=env.str("PICTURES_S3_REGION", "us-east-1"),
    )
