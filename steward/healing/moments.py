"""Moments as one says them on a command line."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import click

AGO = re.compile(r"(?P<count>\d{1,6})(?P<unit>[mhd])")
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Moment(click.ParamType[datetime]):
    """A moment with its offset, or so long ago: `2026-03-01T16:30:00+08:00`, `30m`, `12h`, `7d`."""

    name = "moment"

    def convert(self, value: Any, parameter: click.Parameter | None, context: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        if ago := AGO.fullmatch(value):
            return datetime.now(UTC) - timedelta(**{UNITS[ago["unit"]]: int(ago["count"])})
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r}: 写成 write 2026-03-01T16:30:00+08:00 or 30m, 12h, 7d")
        if moment.tzinfo is None:
            self.fail(f"{value!r}: 缺时区 say the offset from UTC too")
        return moment.astimezone(UTC)


def since_option(meaning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option("--since", type=Moment(), metavar="MOMENT|30m|12h|7d", help=meaning)
