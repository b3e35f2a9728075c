"""A document that is made once and written many times: as BSON, in which id, alias, moments and days are exchanged.

All of these have a fixed length there (https://bsonspec.org/spec.html), so the rest of the bytes stays.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from random import Random
from struct import pack_into, unpack_from
from typing import Any

from bson import encode
from bson.raw_bson import RawBSONDocument

from benchmarks.indicators.lives import ALIAS, CASE
from services.evaluation.indicators.periods import Periods

MILLISECONDS_A_DAY = 86_400_000
TEXT, DOCUMENT, ARRAY, MOMENT = 0x02, 0x03, 0x04, 0x09
SIZES = {0x01: 8, 0x08: 1, MOMENT: 8, 0x0A: 0, 0x10: 4, 0x12: 8}
"""Bytes of a double, boolean, moment, null and of whole numbers."""
COUNTED = re.compile(rb"\x03(\d{4}-\d\d-\d\d)\0.{4}\x02month\0.{4}(\d{4}-\d\d)\0", re.DOTALL)
"""A day that something is counted on, and its month."""


class Stamp:
    """Of one document, with the places of what differs from copy to copy."""

    def __init__(self, document: Mapping[str, Any], periods: Periods) -> None:
        self._periods = periods
        self._bytes = encode(document)
        self._moments = [(place, *unpack_from("<q", self._bytes, place)) for place in _moments(self._bytes, 0)]
        self._days = [(*found.span(1), *found.span(2), found[1]) for found in COUNTED.finditer(self._bytes)]
        self._ids = [found.start() for found in re.finditer(CASE.encode(), self._bytes)]
        self._aliases = [found.start() for found in re.finditer(ALIAS.encode(), self._bytes)]
        self._first = min(moment for _, moment in self._moments)

    def print(self, days: int, random: Random) -> RawBSONDocument:
        """The same case so many days later: an id that sorts by time, as UUID version 7 does, and another alias."""
        copy = bytearray(self._bytes)
        shift = days * MILLISECONDS_A_DAY
        for place, moment in self._moments:
            pack_into("<q", copy, place, moment + shift)
        for day_from, day_to, month_from, month_to, day in self._days:
            copy[day_from:day_to], copy[month_from:month_to] = _later(day, days, self._periods)
        began = self._first + shift
        case = f"{began >> 16:08x}-{began & 0xFFFF:04x}-7000-8000-{random.getrandbits(48):012x}".encode()
        alias = f"{random.getrandbits(128):032x}".encode()
        for place in self._ids:
            copy[place : place + len(case)] = case
        for place in self._aliases:
            copy[place : place + len(alias)] = alias
        return RawBSONDocument(bytes(copy))


@lru_cache
def _later(day: bytes, days: int, periods: Periods) -> tuple[bytes, bytes]:
    """Day and month."""
    later = (date.fromisoformat(day.decode()) + timedelta(days=days)).isoformat()
    return later.encode(), periods.month_of(later).encode()


def _moments(data: bytes, begin: int) -> Iterator[int]:
    """Where in the document that begins there the moments are, at whatever depth."""
    place = begin + 4
    while kind := data[place]:
        place = data.index(0, place) + 1
        length = SIZES.get(kind)
        if kind in (DOCUMENT, ARRAY):
            yield from _moments(data, place)
        elif kind == MOMENT:
            yield place
        if length is None:
            (length,) = unpack_from("<i", data, place)
            length += 4 if kind == TEXT else 0
        place += length
