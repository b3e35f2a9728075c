"""What can be said of an upload: what it is, or why it is not taken, in words that its sender can act on."""

from dataclasses import dataclass

PIXELS = 50_000_000
"""As many as the largest picture that phones take by default."""
LONGEST_SIDE = 20_000
SHORTEST_SIDE = 16
SECONDS = 30

EMPTY = "Nothing was sent: send the bytes of a picture."
TOO_LARGE = "It has more than 15 MB: send it smaller."
NOT_A_PICTURE = "This is not a picture: send a JPEG, PNG, WebP or HEIC."
ANOTHER_KIND = "This kind of picture is not taken: send a JPEG, PNG, WebP or HEIC."
DECLARED_OTHERWISE = "Its type or name says another format than its content is: send it as what it is."
CUT_OFF = "It ends too early: send it again, whole."
BROKEN = "It cannot be decoded: take the picture again."
TOO_MANY_PIXELS = "It has more than 50 million pixels: send it smaller."
TOO_LONG = "A side has more than 20,000 pixels: send it smaller."
TOO_SMALL = "A side has fewer than 16 pixels: nothing can be seen on it."
ANIMATED = "It moves: send a still picture."
SOMETHING_ELSE_INSIDE = "There is something else than a picture in it: take the picture again."
TOO_COSTLY = "Decoding it takes more than any picture of a phone does: take the picture again."


@dataclass(frozen=True, slots=True)
class Examined:
    """Pixels as it is seen, upright."""

    media_type: str
    width: int
    height: int


class Refused(Exception):
    """The upload is not acceptable; the text is one of the sentences above."""
