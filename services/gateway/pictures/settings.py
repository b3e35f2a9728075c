"""Where this room of the gateway reaches pictures. Read when the process starts, never on import."""

from dataclasses import dataclass

from shared.runtime.environment import environment


@dataclass(frozen=True, slots=True)
class PictureSettings:
    url: str
    """Of the inner HTTP side of pictures."""
    secret: str
    """Shared with it: signs the tickets."""


def read_picture_settings() -> PictureSettings:
    env = environment()
    return PictureSettings(
        url=env.str("PICTURES_URL", "http://127.0.0.1:8481"),
        secret=env.str("PICTURES_SECRET", ""),
    )
