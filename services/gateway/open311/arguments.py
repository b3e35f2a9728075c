"""The arguments of a request, read one by one; what is wrong with them is kept, and said at once by `check`.

A blank argument is none (GeoReport v2, Optional Arguments).
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from services.gateway.open311.refusals import BAD, Complaint, Refused

ATTRIBUTE = re.compile(r"attribute\[([^\[\]]+)\](?:\[\d*\])?")
SPAN = timedelta(days=90)
MOMENT = "Must be a moment with its offset, like 2026-03-01T08:30:00Z."


class Arguments:
    def __init__(self, given: MultiDict[str, str]) -> None:
        self._given = given
        self.complaints: list[Complaint] = []

    def complain(self, about: str, sentence: str, code: int = BAD) -> None:
        self.complaints.append(Complaint(code, sentence, about))

    def check(self) -> None:
        """Raises Refused with all that was wrong so far."""
        if self.complaints:
            raise Refused(self.complaints)

    def text(self, name: str) -> str | None:
        return self._given.get(name, "").strip() or None

    def texts(self, **names: str) -> dict[str, str]:
        """Ours → what is given under theirs, where anything is."""
        return {ours: text for ours, theirs in names.items() if (text := self.text(theirs))}

    def words(self, name: str) -> list[str]:
        """Separated by commas."""
        return [word.strip() for word in (self.text(name) or "").split(",") if word.strip()]

    def is_set(self, name: str) -> bool:
        return (self.text(name) or "").lower() in ("true", "1", "yes")

    def moment(self, name: str) -> datetime | None:
        """An offset's plus sign that came as a space is a plus sign."""
        if (text := self.text(name)) is None:
            return None
        try:
            at = datetime.fromisoformat(text.replace(" ", "+"))
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.complain(name, MOMENT)
        return None

    def span(self, first: str, last: str, now: datetime) -> tuple[datetime, datetime]:
        """Both ends, the missing ones filled in; at most 90 days, and the last 90 where none is given."""
        since, until = self.moment(first), self.moment(last)
        if since and until and since > until:
            self.complain(first, f"Must not be after {last}.")
        elif since and until and until - since > SPAN:
            self.complain(last, f"Must be at most 90 days after {first}: ask again for the next 90.")
        until = until or (min(since + SPAN, now) if since and since <= now else since or now)
        return since or until - SPAN, until

    def number(self, name: str, least: float, most: float) -> float | None:
        if (text := self.text(name)) is None:
            return None
        try:
            if least <= (value := float(text)) <= most:
                return value
        except ValueError:
            pass
        self.complain(name, f"Must be a number from {least:g} to {most:g}.")
        return None

    def whole(self, name: str, most: int, default: int) -> int:
        """From 1."""
        text = self.text(name)
        if text is None:
            return default
        if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most:
            return int(text)
        self.complain(name, f"Must be a whole number from 1 to {most}.")
        return default

    def attributes(self) -> dict[str, list[str]]:
        """As `attribute[code]=value`, or `attribute[code][]=value` for each of several."""
        found: dict[str, list[str]] = {}
        for name, value in self._given.items(multi=True):
            if value.strip() and (matched := ATTRIBUTE.fullmatch(name)):
                found.setdefault(matched[1], []).append(value)
        return found

    def position(self) -> dict[str, Any] | None:
        """WGS-84, as the specification has it; one half alone is none."""
        lat, long = self.number("lat", -90, 90), self.number("long", -180, 180)
        for name, other in (("lat", "long"), ("long", "lat")):
            if self.text(name) is None and self.text(other) is not None:
                self.complain(name, "Latitude and longitude come together.")
        return {"lon": long, "lat": lat} if lat is not None and long is not None else None
